#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"

static int passed, failed;
static pthread_mutex_t count_lock = PTHREAD_MUTEX_INITIALIZER;

int check(int ok, const char* what, const char* file, int line) {
  pthread_mutex_lock(&count_lock);
  if (ok) {
    ++passed;
  } else {
    ++failed;
    printf("%s:%d: failed: %s\n", file, line, what);
  }
  pthread_mutex_unlock(&count_lock);
  return ok;
}

int check_text(const char* got, const char* expected, const char* what, const char* file, int line) {
  int ok = got != NULL && strcmp(got, expected) == 0;
  check(ok, what, file, line);
  if (!ok) printf("  got:      %s\n  expected: %s\n", got != NULL ? got : "(null)", expected);
  return ok;
}

static char report[8192];
static pthread_mutex_t report_lock = PTHREAD_MUTEX_INITIALIZER;

static void keep_report(void* ud, const char* text, size_t size) {
  (void)ud;
  pthread_mutex_lock(&report_lock);
  if (size >= sizeof report) size = sizeof report - 1;
  memcpy(report, text, size);
  report[size] = '\0';
  pthread_mutex_unlock(&report_lock);
}

const char* report_text(void) { return report; }
void clear_report(void) { report[0] = '\0'; }

lagoon_runtime* open_runtime(void) {
  lagoon_config config;
  lagoon_runtime* rt = NULL;
  lagoon_config_init(&config);
  config.procs = 2;
  config.report = keep_report;
  if (!CHECK(lagoon_runtime_new(&config, &rt, NULL) == LAGOON_OK)) exit(1);
  return rt;
}

int run_ok(lagoon_runtime* rt, const char* source) {
  lagoon_error* error = NULL;
  lagoon_status status = lagoon_run_string(rt, source, strlen(source), "=test", NULL, 0, NULL, &error);
  if (status != LAGOON_OK) {
    printf("%s\n%s\n", lagoon_error_message(error), lagoon_error_traceback(error));
  }
  lagoon_error_free(error);
  return CHECK(status == LAGOON_OK);
}

lagoon_status run_failing(lagoon_runtime* rt, const char* source, const char** message) {
  static char kept[4096];
  lagoon_error* error = NULL;
  lagoon_status status = lagoon_run_string(rt, source, strlen(source), "=test", NULL, 0, NULL, &error);
  CHECK(error != NULL);
  CHECK(lagoon_error_status(error) == status);
  strncpy(kept, lagoon_error_message(error), sizeof kept - 1);
  *message = kept;
  lagoon_error_free(error);
  return status;
}

struct host_thread {
  pthread_t thread;
  void (*f)(void* ud);
  void* ud;
};

static void* enter(void* arg) {
  host_thread* t = arg;
  t->f(t->ud);
  return NULL;
}

host_thread* start_thread(void (*f)(void* ud), void* ud) {
  host_thread* t = malloc(sizeof *t);
  t->f = f;
  t->ud = ud;
  pthread_create(&t->thread, NULL, enter, t);
  return t;
}

void join_thread(host_thread* t) {
  pthread_join(t->thread, NULL);
  free(t);
}

void sleep_ms(int ms) {
  struct timespec time;
  time.tv_sec = ms / 1000;
  time.tv_nsec = ms % 1000 * 1000000L;
  nanosleep(&time, NULL);
}

static void run(const char* name, void (*test)(void)) {
  printf("%s\n", name);
  fflush(stdout);
  test();
}

int main(void) {
  run("config", test_config);
  run("values", test_values);
  run("runs", test_runs);
  run("console", test_console);
  run("channels", test_channels);
  run("life", test_life);
  run("old kernel", test_old_kernel);
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
