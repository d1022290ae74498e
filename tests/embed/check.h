/* The test program for lagoon.h, in C99.  Each file tests one part; main.c runs them. */
#ifndef CHECK_H
#define CHECK_H

#include <lagoon.h>
#include <stddef.h>

/* Counts the condition as passed or failed, and says where it failed. */
#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_TEXT(got, expected) check_text((got), (expected), #got, __FILE__, __LINE__)

int check(int passed, const char* what, const char* file, int line);
int check_text(const char* got, const char* expected, const char* what, const char* file, int line);

/* A runtime with two processors that writes reports into `report_text`. */
lagoon_runtime* open_runtime(void);
const char* report_text(void);
void clear_report(void);

/* Runs the source; a failure is counted, with its message. */
int run_ok(lagoon_runtime* rt, const char* source);

/* Runs the source and returns its status; *message is the error's, for the time being. */
lagoon_status run_failing(lagoon_runtime* rt, const char* source, const char** message);

/* A thread of the host. */
typedef struct host_thread host_thread;
host_thread* start_thread(void (*f)(void* ud), void* ud);
void join_thread(host_thread* thread);
void sleep_ms(int ms);

#define SECOND INT64_C(1000000000)

void test_config(void);
void test_values(void);
void test_runs(void);
void test_console(void);
void test_channels(void);
void test_life(void);
void test_old_kernel(void);

#endif
