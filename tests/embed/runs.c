/* Runs: scripts from files and strings, their arguments, results, errors and interruption. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static lagoon_runtime* rt;

/* Writes a file with that content; its name lives until the next call. */
static const char* write_file(const char* content) {
  static char name[64];
  FILE* file;
  strcpy(name, "/tmp/lagoon_embed_XXXXXX");
  file = fdopen(mkstemp(name), "w");
  fputs(content, file);
  fclose(file);
  return name;
}

static void results_and_arguments(void) {
  static const char source[] = "local a, b = ...; return a + b, select('#', ...), nil";
  lagoon_value args[2];
  lagoon_values results = {NULL, 0};
  args[0] = lagoon_int(40);
  args[1] = lagoon_num(2.5);
  CHECK(lagoon_run_string(rt, source, sizeof source - 1, "=sum", args, 2, &results, NULL) == LAGOON_OK);
  CHECK(results.count == 3);
  CHECK(results.items[0].as.number == 42.5);
  CHECK(results.items[1].as.integer == 2);
  CHECK(results.items[2].type == LAGOON_NIL);
  lagoon_values_clear(&results);
  CHECK(lagoon_run_string(rt, "", 0, NULL, NULL, 0, &results, NULL) == LAGOON_OK);
  CHECK(results.count == 0);
}

static void runs_share_globals(void) {
  run_ok(rt, "shared_by_runs = 1");
  run_ok(rt, "assert(shared_by_runs == 1)");
}

static void files_run(void) {
  lagoon_value arg = lagoon_str("x", 1);
  lagoon_values results = {NULL, 0};
  const char* name = write_file("#!/usr/bin/env lagoon\nreturn (...) .. 'y'");
  CHECK(lagoon_run_file(rt, name, &arg, 1, &results, NULL) == LAGOON_OK);
  CHECK(results.count == 1);
  CHECK_TEXT(results.items[0].as.string.data, "xy");
  lagoon_values_clear(&results);
  remove(name);
}

static void a_missing_file_is_an_error(void) {
  lagoon_error* error = NULL;
  CHECK(lagoon_run_file(rt, "/nowhere/at.all", NULL, 0, NULL, &error) == LAGOON_ERR);
  CHECK(strstr(lagoon_error_message(error), "cannot open /nowhere/at.all") != NULL);
  CHECK_TEXT(lagoon_error_traceback(error), "");
  lagoon_error_free(error);
}

static void errors_carry_message_and_traceback(void) {
  static const char source[] = "local function f() error('oops') end\nf()";
  lagoon_error* error = NULL;
  CHECK(lagoon_run_string(rt, source, sizeof source - 1, "=chunk", NULL, 0, NULL, &error) == LAGOON_ERR);
  CHECK_TEXT(lagoon_error_message(error), "chunk:1: oops");
  CHECK_TEXT(lagoon_error_traceback(error),
             "stack traceback:\n\t[C]: in function 'error'\n\tchunk:1: in local 'f'\n"
             "\tchunk:2: in main chunk\n\t[C]: in ?");
  CHECK(lagoon_error_status(error) == LAGOON_ERR);
  lagoon_error_free(error);
  CHECK(lagoon_run_string(rt, source, sizeof source - 1, NULL, NULL, 0, NULL, NULL) == LAGOON_ERR);
}

static void error_objects_are_shown_as_text(void) {
  const char* message;
  CHECK(run_failing(rt, "error(setmetatable({}, {__tostring = function() return 'T' end}))", &message) == LAGOON_ERR);
  CHECK_TEXT(message, "T");
  CHECK(run_failing(rt, "error({})", &message) == LAGOON_ERR);
  CHECK_TEXT(message, "(error object is a table value)");
}

static void syntax_errors_have_their_status(void) {
  lagoon_error* error = NULL;
  CHECK(lagoon_run_string(rt, "x = = 1", 7, "=bad", NULL, 0, NULL, &error) == LAGOON_ESYNTAX);
  CHECK_TEXT(lagoon_error_message(error), "bad:1: unexpected symbol near '='");
  CHECK_TEXT(lagoon_error_traceback(error), "");
  lagoon_error_free(error);
}

static void main_may_block(void) {
  run_ok(rt, "go.sleep(0.01); local c = chan(); go(function() c:send(1) end); assert(c:recv() == 1)");
}

static void interrupt_later(void* ud) {
  sleep_ms(50);
  lagoon_interrupt(ud);
}

static void interrupted_while(const char* source) {
  const char* message;
  host_thread* thread = start_thread(interrupt_later, rt);
  CHECK(run_failing(rt, source, &message) == LAGOON_EINTERRUPTED);
  CHECK(strstr(message, "interrupted!") != NULL);
  join_thread(thread);
}

static void a_run_can_be_interrupted(void) {
  lagoon_interrupt(rt); /* nothing runs: nothing happens */
  run_ok(rt, "return 1");
  interrupted_while("while true do end");
  lagoon_hold(rt);
  interrupted_while("chan():recv()");
  lagoon_unhold(rt);
  run_ok(rt, "return 1");
}

static void count_up(void* ud) {
  int i;
  for (i = 0; i < 50; ++i) {
    const char* source = "counted = (counted or 0) + 1";
    if (lagoon_run_string(ud, source, strlen(source), NULL, NULL, 0, NULL, NULL) != LAGOON_OK) break;
  }
}

static void runs_of_several_threads_take_turns(void) {
  host_thread* one = start_thread(count_up, rt);
  host_thread* two = start_thread(count_up, rt);
  join_thread(one);
  join_thread(two);
  run_ok(rt, "assert(counted == 100)");
}

static void no_runtime_is_an_error(void) {
  CHECK(lagoon_run_string(NULL, "", 0, NULL, NULL, 0, NULL, NULL) == LAGOON_EINVAL);
  CHECK(lagoon_run_file(NULL, "", NULL, 0, NULL, NULL) == LAGOON_EINVAL);
  CHECK(lagoon_start(NULL, NULL) == LAGOON_EINVAL);
}

void test_runs(void) {
  rt = open_runtime();
  results_and_arguments();
  runs_share_globals();
  files_run();
  a_missing_file_is_an_error();
  errors_carry_message_and_traceback();
  error_objects_are_shown_as_text();
  syntax_errors_have_their_status();
  main_may_block();
  a_run_can_be_interrupted();
  runs_of_several_threads_take_turns();
  no_runtime_is_an_error();
  lagoon_runtime_free(rt);
}
