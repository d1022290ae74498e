/* Version, statuses, configuration, on_state, native modules. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* Lua's own interface, as a native module sees it (lua.h is not ours to ship to this test). */
extern void lua_createtable(struct lua_State* L, int array, int hash);
extern void lua_pushinteger(struct lua_State* L, long long n);
extern void lua_setfield(struct lua_State* L, int index, const char* key);
extern void lua_setglobal(struct lua_State* L, const char* name);

static void a_version_is_known(void) {
  CHECK(lagoon_version() >> 16 == 1);
  CHECK(strstr(lagoon_version_text(), "Lua 5.4.") == lagoon_version_text());
  CHECK(strstr(lagoon_version_text(), "Lagoon 1.0.0") != NULL);
}

static void every_status_has_a_text(void) {
  int status;
  for (status = -13; status <= 0; ++status) {
    CHECK(lagoon_status_text(status)[0] != '\0');
  }
  CHECK_TEXT(lagoon_status_text(77), "unknown status");
}

static void no_error_is_an_empty_error(void) {
  CHECK_TEXT(lagoon_error_message(NULL), "");
  CHECK_TEXT(lagoon_error_traceback(NULL), "");
  CHECK(lagoon_error_status(NULL) == LAGOON_OK);
  lagoon_error_free(NULL);
}

static void defaults_are_zero(void) {
  lagoon_config config;
  memset(&config, 1, sizeof config);
  lagoon_config_init(&config);
  CHECK(config.struct_size == sizeof config);
  CHECK(config.procs == 0 && config.max_threads == 0 && config.state_memory_limit == 0);
  CHECK(config.preempt == LAGOON_PREEMPT_COUNT && config.on_fatal == LAGOON_FATAL_STOP);
  CHECK(config.on_state == NULL && config.report == NULL && config.ud == NULL);
}

static void wrong_configurations_are_refused(void) {
  lagoon_config config;
  lagoon_runtime* rt = NULL;
  lagoon_error* error = NULL;

  memset(&config, 0, sizeof config); /* without lagoon_config_init */
  CHECK(lagoon_runtime_new(&config, &rt, &error) == LAGOON_EINVAL);
  CHECK(strstr(lagoon_error_message(error), "struct_size") != NULL);
  lagoon_error_free(error);

  lagoon_config_init(&config);
  config.preempt = 9;
  CHECK(lagoon_runtime_new(&config, &rt, NULL) == LAGOON_EINVAL);
  lagoon_config_init(&config);
  config.on_fatal = 9;
  CHECK(lagoon_runtime_new(&config, &rt, NULL) == LAGOON_EINVAL);
  CHECK(rt == NULL);
}

static void an_older_struct_is_understood(void) {
  lagoon_config config;
  lagoon_runtime* rt = NULL;
  lagoon_config_init(&config);
  config.struct_size = offsetof(lagoon_config, max_threads);
  config.max_threads = 1; /* not looked at */
  CHECK(lagoon_runtime_new(&config, &rt, NULL) == LAGOON_OK);
  lagoon_runtime_free(rt);
}

/* A wrong word in `variable` is an error that names it, unless the environment is ignored. */
static void refuses(const char* variable, const char* text) {
  lagoon_config config;
  lagoon_runtime* rt = NULL;
  lagoon_error* error = NULL;
  lagoon_config_init(&config);
  setenv(variable, text, 1);
  CHECK(lagoon_runtime_new(&config, &rt, &error) == LAGOON_EINVAL);
  CHECK(strstr(lagoon_error_message(error), variable) != NULL);
  CHECK(strstr(lagoon_error_message(error), text) != NULL);
  lagoon_error_free(error);
  config.ignore_environment = 1;
  CHECK(lagoon_runtime_new(&config, &rt, NULL) == LAGOON_OK);
  lagoon_runtime_free(rt);
  unsetenv(variable);
}

static void the_environment_is_checked(void) {
  refuses("LAGOON_PROCS", "many");
  refuses("LAGOON_PROCS", "0");
  refuses("LAGOON_DEBUG", "place=everywhere");
  refuses("LAGOON_DEBUG", "schedtrace=soon");
  refuses("LAGOON_DEBUG", "shake");
}

static void the_environment_is_used(void) {
  lagoon_runtime* rt = NULL;
  lagoon_statistics stats;
  stats.struct_size = sizeof stats;
  setenv("LAGOON_PROCS", "3", 1);
  setenv("LAGOON_DEBUG", "place=fresh,preempt=count", 1);
  CHECK(lagoon_runtime_new(NULL, &rt, NULL) == LAGOON_OK);
  CHECK(lagoon_start(rt, NULL) == LAGOON_OK);
  CHECK(lagoon_stats(rt, &stats) == LAGOON_OK);
  CHECK(stats.procs == 3);
  lagoon_runtime_free(rt);
  unsetenv("LAGOON_PROCS");
  unsetenv("LAGOON_DEBUG");
}

static int open_answer(struct lua_State* L) {
  lua_createtable(L, 0, 1);
  lua_pushinteger(L, 42);
  lua_setfield(L, -2, "answer");
  return 1;
}

static void native_modules_are_in_every_state(void) {
  lagoon_runtime* rt = open_runtime();
  CHECK(lagoon_register(rt, "answers", open_answer) == LAGOON_OK);
  CHECK(lagoon_register(rt, NULL, open_answer) == LAGOON_EINVAL);
  CHECK(lagoon_register(rt, "x", NULL) == LAGOON_EINVAL);
  run_ok(rt, "assert(require 'answers'.answer == 42)");
  run_ok(rt, "assert(go.task(function() return require 'answers'.answer end):join() == 42)");
  CHECK(lagoon_register(rt, "late", open_answer) == LAGOON_EINVAL);
  lagoon_runtime_free(rt);
}

static int states_seen;

static void set_up(void* ud, struct lua_State* L) {
  __sync_fetch_and_add((int*)ud, 1);
  lua_pushinteger(L, 7);
  lua_setglobal(L, "from_the_host");
}

static void on_state_sees_every_state(void) {
  lagoon_config config;
  lagoon_runtime* rt = NULL;
  lagoon_config_init(&config);
  config.procs = 2;
  config.on_state = set_up;
  config.ud = &states_seen;
  CHECK(lagoon_runtime_new(&config, &rt, NULL) == LAGOON_OK);
  CHECK(states_seen == 0);
  run_ok(rt, "assert(from_the_host == 7)");
  run_ok(rt, "assert(go.task(function() return from_the_host end):join() == 7)");
  CHECK(states_seen >= 2);
  lagoon_runtime_free(rt);
}

void test_config(void) {
  a_version_is_known();
  every_status_has_a_text();
  no_error_is_an_empty_error();
  defaults_are_zero();
  wrong_configurations_are_refused();
  an_older_struct_is_understood();
  the_environment_is_checked();
  the_environment_is_used();
  native_modules_are_in_every_state();
  on_state_sees_every_state();
}
