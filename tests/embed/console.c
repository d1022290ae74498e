/* What a command needs: arg, scripts, require, warnings, eval, prompts, completion. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static lagoon_runtime* rt;

static void scripts_get_arg(void) {
  char* argv[] = {"lagoon", "-x", "script.lua", "one", "two"};
  char name[] = "/tmp/lagoon_embed_XXXXXX";
  FILE* file = fdopen(mkstemp(name), "w");
  lagoon_error* error = NULL;
  fputs("local a, b, c = ...; assert(a == 'one' and b == 'two' and c == nil)", file);
  fclose(file);
  CHECK(lagoon_set_args(rt, 5, argv, 2, NULL) == LAGOON_OK);
  run_ok(rt, "assert(arg[0] == 'script.lua' and arg[-2] == 'lagoon' and arg[2] == 'two' and #arg == 2)");
  CHECK(lagoon_run_script(rt, name, NULL) == LAGOON_OK);
  run_ok(rt, "arg = 1");
  CHECK(lagoon_run_script(rt, name, &error) == LAGOON_ERR);
  CHECK_TEXT(lagoon_error_message(error), "'arg' is not a table");
  CHECK_TEXT(lagoon_error_traceback(error), "");
  lagoon_error_free(error);
  CHECK(lagoon_set_args(rt, -1, argv, 0, NULL) == LAGOON_EINVAL);
  CHECK(lagoon_set_args(rt, 1, NULL, 0, NULL) == LAGOON_EINVAL);
  remove(name);
}

static void require_sets_a_global(void) {
  lagoon_error* error = NULL;
  CHECK(lagoon_require(rt, "string", "text", NULL) == LAGOON_OK);
  run_ok(rt, "assert(text == string)");
  CHECK(lagoon_require(rt, "no.such.module", "x", &error) == LAGOON_ERR);
  CHECK(strstr(lagoon_error_message(error), "module 'no.such.module' not found") != NULL);
  lagoon_error_free(error);
  CHECK(lagoon_require(rt, NULL, "x", NULL) == LAGOON_EINVAL);
}

static void warnings_can_be_turned_on(void) {
  CHECK(lagoon_warn(rt, NULL) == LAGOON_OK);
  run_ok(rt, "warn('@off')");
}

static lagoon_status eval(const char* source) {
  lagoon_error* error = NULL;
  lagoon_status status = lagoon_eval(rt, source, strlen(source), &error);
  lagoon_error_free(error);
  return status;
}

static void lines_of_a_prompt_run(void) {
  run_ok(rt, "printed = {}; print = function(...) printed[#printed + 1] = table.pack(...) end");
  CHECK(eval("1 + 1, 'two'") == LAGOON_OK);
  run_ok(rt, "local p = printed[1]; assert(p.n == 2 and p[1] == 2 and p[2] == 'two')");
  CHECK(eval("=3") == LAGOON_OK);
  run_ok(rt, "assert(printed[2][1] == 3)");
  CHECK(eval("typed = 5") == LAGOON_OK);
  run_ok(rt, "assert(typed == 5 and #printed == 2)");
  CHECK(eval("for i = 1, 3 do") == LAGOON_EINCOMPLETE);
  CHECK(eval("x = (1 +") == LAGOON_EINCOMPLETE);
  CHECK(eval("x = = 2") == LAGOON_ESYNTAX);
  CHECK(eval("error('bad')") == LAGOON_ERR);
  CHECK(eval("") == LAGOON_OK);
}

static void a_broken_print_is_an_error(void) {
  lagoon_error* error = NULL;
  run_ok(rt, "print = nil");
  CHECK(lagoon_eval(rt, "1", 1, &error) == LAGOON_ERR);
  CHECK(strstr(lagoon_error_message(error), "error calling 'print' (attempt to call") != NULL);
  CHECK_TEXT(lagoon_error_traceback(error), "");
  lagoon_error_free(error);
}

static void globals_are_shown_as_text(void) {
  lagoon_value value = lagoon_int(1);
  CHECK(lagoon_global_text(rt, "no_such_global", &value, NULL) == LAGOON_OK);
  CHECK(value.type == LAGOON_NIL);
  run_ok(rt, "_PROMPT = setmetatable({}, {__tostring = function() return 'me> ' end})");
  CHECK(lagoon_global_text(rt, "_PROMPT", &value, NULL) == LAGOON_OK);
  CHECK_TEXT(value.as.string.data, "me> ");
  lagoon_value_clear(&value);
  run_ok(rt, "_PROMPT = setmetatable({}, {__tostring = error})");
  CHECK(lagoon_global_text(rt, "_PROMPT", &value, NULL) == LAGOON_ERR);
}

/* Candidates, joined by spaces. */
static char candidates[4096];

static void add_candidate(void* ud, const char* text, size_t size) {
  CHECK(ud == candidates);
  CHECK(strlen(text) == size);
  if (candidates[0] != '\0') strcat(candidates, " ");
  strcat(candidates, text);
}

static const char* complete(const char* text) {
  candidates[0] = '\0';
  CHECK(lagoon_complete(rt, text, strlen(text), add_candidate, candidates) == LAGOON_OK);
  return candidates;
}

static void names_are_completed(void) {
  run_ok(rt, "object = setmetatable({own = 1, od = print}, {__index = {inherited = print}})");
  CHECK_TEXT(complete("string.re"), "string.rep string.reverse");
  CHECK_TEXT(complete("tostr"), "tostring");
  CHECK_TEXT(complete("whi"), "while");
  CHECK_TEXT(complete("object."), "object.inherited object.od object.own");
  CHECK_TEXT(complete("object:"), "object:inherited object:od");
  CHECK_TEXT(complete("nothing.at.all"), "");
  CHECK_TEXT(complete("tostring."), "");
  run_ok(rt, "named = 'a string'; channel = chan()");
  CHECK_TEXT(complete("named:up"), "named:upper");
  CHECK_TEXT(complete("channel:try_s"), "channel:try_send");
  CHECK(lagoon_complete(rt, "x", 1, NULL, NULL) == LAGOON_EINVAL);
}

void test_console(void) {
  rt = open_runtime();
  scripts_get_arg();
  require_sets_a_global();
  warnings_can_be_turned_on();
  names_are_completed();
  lines_of_a_prompt_run();
  a_broken_print_is_an_error();
  globals_are_shown_as_text();
  lagoon_runtime_free(rt);
}
