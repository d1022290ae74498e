/* Values: made by the host, passed to scripts and back. */
#include <string.h>

#include "check.h"

static lagoon_runtime* rt;

static void values_say_what_they_are(void) {
  CHECK(lagoon_nil().type == LAGOON_NIL);
  CHECK(lagoon_bool(5).type == LAGOON_BOOL && lagoon_bool(5).as.boolean == 1);
  CHECK(lagoon_int(-3).type == LAGOON_INT && lagoon_int(-3).as.integer == -3);
  CHECK(lagoon_num(0.5).type == LAGOON_NUM && lagoon_num(0.5).as.number == 0.5);
  CHECK(lagoon_str("a\0b", 3).type == LAGOON_STR && lagoon_str("a\0b", 3).as.string.size == 3);
}

static void clearing_is_always_safe(void) {
  lagoon_value borrowed = lagoon_str("constant", 8);
  lagoon_values none = {NULL, 0};
  lagoon_value_clear(&borrowed);
  CHECK(borrowed.type == LAGOON_NIL);
  lagoon_value_clear(&borrowed);
  lagoon_value_clear(NULL);
  lagoon_values_clear(&none);
  lagoon_values_clear(NULL);
}

/* Passes the value through `return ...`. */
static lagoon_value round_trip(lagoon_value value) {
  static const char source[] = "return ...";
  lagoon_values results = {NULL, 0};
  lagoon_value out = lagoon_nil();
  CHECK(lagoon_run_string(rt, source, sizeof source - 1, NULL, &value, 1, &results, NULL) == LAGOON_OK);
  CHECK(results.count == 1);
  if (results.count == 1) {
    out = results.items[0];
    results.items[0] = lagoon_nil();
  }
  lagoon_values_clear(&results);
  CHECK(results.items == NULL && results.count == 0);
  return out;
}

static void plain_values_come_back(void) {
  CHECK(round_trip(lagoon_nil()).type == LAGOON_NIL);
  CHECK(round_trip(lagoon_bool(1)).as.boolean == 1);
  CHECK(round_trip(lagoon_bool(0)).type == LAGOON_BOOL);
  CHECK(round_trip(lagoon_int(INT64_MIN)).as.integer == INT64_MIN);
  CHECK(round_trip(lagoon_num(2.0)).type == LAGOON_NUM);
}

static void strings_come_back_whole(void) {
  static const char text[] = "a string with a \0 inside that is longer than a message holds";
  lagoon_value out = round_trip(lagoon_str(text, sizeof text - 1));
  CHECK(out.type == LAGOON_STR && out.as.string.size == sizeof text - 1);
  CHECK(memcmp(out.as.string.data, text, sizeof text) == 0); /* with the zero byte behind it */
  lagoon_value_clear(&out);
  out = round_trip(lagoon_str(NULL, 0));
  CHECK(out.type == LAGOON_STR && out.as.string.size == 0);
  lagoon_value_clear(&out);
}

static void tables_come_back_as_others(void) {
  static const char make[] = "return {1, 2, x = {'deep'}}, print";
  static const char use[] = "local t, p = ...; return #t, t.x[1], p == print";
  lagoon_values results = {NULL, 0};
  lagoon_values used = {NULL, 0};
  CHECK(lagoon_run_string(rt, make, sizeof make - 1, NULL, NULL, 0, &results, NULL) == LAGOON_OK);
  CHECK(results.count == 2);
  CHECK(results.items[0].type == LAGOON_OTHER && results.items[1].type == LAGOON_OTHER);
  CHECK(lagoon_run_string(rt, use, sizeof use - 1, NULL, results.items, results.count, &used, NULL) == LAGOON_OK);
  if (CHECK(used.count == 3)) {
    CHECK(used.items[0].as.integer == 2);
    CHECK_TEXT(used.items[1].as.string.data, "deep");
    CHECK(used.items[2].as.boolean == 1);
  }
  lagoon_values_clear(&used);
  lagoon_values_clear(&results);
}

static void what_cannot_cross_is_an_error(void) {
  static const char source[] = "return coroutine.create(print)";
  lagoon_values results = {NULL, 0};
  lagoon_error* error = NULL;
  CHECK(lagoon_run_string(rt, source, sizeof source - 1, NULL, NULL, 0, &results, &error) == LAGOON_ERR);
  CHECK(strstr(lagoon_error_message(error), "thread") != NULL);
  CHECK(results.items == NULL);
  lagoon_error_free(error);
  run_ok(rt, source); /* unless nobody wants it */
}

static void wrong_values_are_refused(void) {
  lagoon_value wrong = lagoon_nil();
  wrong.type = 99;
  CHECK(lagoon_run_string(rt, "", 0, NULL, &wrong, 1, NULL, NULL) == LAGOON_EINVAL);
  CHECK(lagoon_run_string(rt, "", 0, NULL, NULL, 1, NULL, NULL) == LAGOON_EINVAL);
  wrong = lagoon_of_chan(NULL);
  CHECK(lagoon_run_string(rt, "", 0, NULL, &wrong, 1, NULL, NULL) == LAGOON_EINVAL);
}

void test_values(void) {
  rt = open_runtime();
  values_say_what_they_are();
  clearing_is_always_safe();
  plain_values_come_back();
  strings_come_back_whole();
  tables_come_back_as_others();
  what_cannot_cross_is_an_error();
  wrong_values_are_refused();
  lagoon_runtime_free(rt);
}
