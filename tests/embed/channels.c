/* Channels between host threads and goroutines. */
#include <string.h>

#include "check.h"

static lagoon_runtime* rt;

static lagoon_status send_int(lagoon_chan* chan, int64_t n, int64_t timeout) {
  lagoon_value value = lagoon_int(n);
  return lagoon_chan_send(chan, &value, timeout);
}

static void run_with(const char* source, lagoon_chan* a, lagoon_chan* b) {
  lagoon_value args[2];
  lagoon_error* error = NULL;
  args[0] = lagoon_of_chan(a);
  args[1] = b != NULL ? lagoon_of_chan(b) : lagoon_nil();
  if (!CHECK(lagoon_run_string(rt, source, strlen(source), "=test", args, 2, NULL, &error) == LAGOON_OK)) {
    CHECK_TEXT(lagoon_error_message(error), "");
  }
  lagoon_error_free(error);
}

static void a_buffer_fills_and_drains(void) {
  lagoon_chan* chan = lagoon_chan_new(rt, 2);
  lagoon_value value = lagoon_int(1);
  CHECK(lagoon_chan_cap(chan) == 2 && lagoon_chan_len(chan) == 0);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_EAGAIN);
  CHECK(lagoon_chan_try_send(chan, &value) == LAGOON_OK);
  CHECK(send_int(chan, 2, 0) == LAGOON_OK);
  CHECK(lagoon_chan_len(chan) == 2);
  CHECK(lagoon_chan_try_send(chan, &value) == LAGOON_EAGAIN);
  CHECK(send_int(chan, 3, 0) == LAGOON_ETIMEDOUT);
  CHECK(send_int(chan, 3, SECOND / 100) == LAGOON_ETIMEDOUT);
  CHECK(lagoon_chan_recv(chan, &value, -1) == LAGOON_OK && value.as.integer == 1);
  CHECK(lagoon_chan_recv(chan, &value, 0) == LAGOON_OK && value.as.integer == 2);
  CHECK(lagoon_chan_recv(chan, &value, SECOND / 100) == LAGOON_ETIMEDOUT);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_EAGAIN);
  lagoon_chan_release(chan);
}

static void a_closed_channel_drains_first(void) {
  lagoon_chan* chan = lagoon_chan_new(rt, 1);
  lagoon_value value = lagoon_nil();
  CHECK(send_int(chan, 9, 0) == LAGOON_OK);
  CHECK(lagoon_chan_close(chan) == LAGOON_OK);
  CHECK(lagoon_chan_close(chan) == LAGOON_ECLOSED);
  CHECK(send_int(chan, 9, -1) == LAGOON_ECLOSED);
  CHECK(lagoon_chan_recv(chan, &value, -1) == LAGOON_OK && value.as.integer == 9);
  CHECK(lagoon_chan_recv(chan, &value, -1) == LAGOON_ECLOSED);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_ECLOSED);
  lagoon_chan_release(chan);
}

static void goroutines_answer(void) {
  lagoon_chan* jobs = lagoon_chan_new(rt, 0);
  lagoon_chan* done = lagoon_chan_new(rt, 0);
  lagoon_value value = lagoon_nil();
  int64_t i, sum = 0;
  run_with(
      "local jobs, done = ...; for i = 1, 2 do go(function(jobs, done)\n"
      "  for n in jobs do done:send(n * n) end end, jobs, done) end",
      jobs, done);
  for (i = 1; i <= 200; ++i) {
    CHECK(send_int(jobs, i, 10 * SECOND) == LAGOON_OK);
    CHECK(lagoon_chan_recv(done, &value, 10 * SECOND) == LAGOON_OK);
    sum += value.as.integer;
  }
  CHECK(sum == 200 * 201 * 401 / 6);
  CHECK(lagoon_chan_close(jobs) == LAGOON_OK);
  lagoon_chan_release(jobs);
  lagoon_chan_release(done);
}

static void every_kind_crosses(void) {
  lagoon_chan* chan = lagoon_chan_new(rt, 8);
  lagoon_value value;
  static const char lengthy[] = "a string that is far too long to be kept inside of a message";
  run_with(
      "local c = ...; c:send(nil); c:send(true); c:send(1.5); c:send('short');\n"
      "c:send(('long '):rep(20)); c:send({'table'}); c:send(c)",
      chan, NULL);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_OK && value.type == LAGOON_NIL);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_OK && value.as.boolean == 1);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_OK && value.as.number == 1.5);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_OK);
  CHECK_TEXT(value.as.string.data, "short");
  lagoon_value_clear(&value);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_OK);
  CHECK(value.type == LAGOON_STR && value.as.string.size == 100);
  lagoon_value_clear(&value);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_OK && value.type == LAGOON_OTHER);
  CHECK(lagoon_chan_try_send(chan, &value) == LAGOON_OK);
  CHECK(lagoon_chan_try_send(chan, &value) == LAGOON_OK);
  lagoon_value_clear(&value);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_OK && value.type == LAGOON_CHAN);
  CHECK(lagoon_chan_len(value.as.chan) == 2);
  CHECK(lagoon_chan_try_send(chan, &value) == LAGOON_OK);
  lagoon_value_clear(&value);
  value = lagoon_str(lengthy, sizeof lengthy - 1);
  CHECK(lagoon_chan_try_send(chan, &value) == LAGOON_OK);
  value = lagoon_str("", 0);
  CHECK(lagoon_chan_try_send(chan, &value) == LAGOON_OK);
  value = lagoon_bool(0);
  CHECK(lagoon_chan_try_send(chan, &value) == LAGOON_OK);
  run_with(
      "local c = ...; assert(c:recv()[1] == 'table' and c:recv()[1] == 'table')\n"
      "assert(c:recv() == c); assert(#c:recv() == 60 and c:recv() == '' and c:recv() == false)",
      chan, NULL);
  lagoon_chan_release(chan);
}

static void retained_channels_live_on(void) {
  lagoon_chan* chan = lagoon_chan_new(rt, 1);
  CHECK(lagoon_chan_retain(chan) == chan);
  lagoon_chan_release(chan);
  CHECK(send_int(chan, 1, 0) == LAGOON_OK);
  lagoon_chan_release(chan); /* with a value inside */
  lagoon_chan_release(NULL);
  CHECK(lagoon_chan_retain(NULL) == NULL);
}

static void pump(void* ud) {
  lagoon_chan* chan = ud;
  int64_t i;
  for (i = 0; i < 500; ++i) CHECK(send_int(chan, 1, 10 * SECOND) == LAGOON_OK);
}

static void many_threads_share_a_channel(void) {
  lagoon_chan* chan = lagoon_chan_new(rt, 3);
  host_thread* threads[4];
  int i;
  for (i = 0; i < 4; ++i) threads[i] = start_thread(pump, chan);
  run_with(
      "local c, sum = (...), 0; for i = 1, 2000 do sum = sum + c:recv() end\n"
      "assert(sum == 2000)",
      chan, NULL);
  for (i = 0; i < 4; ++i) join_thread(threads[i]);
  lagoon_chan_release(chan);
}

static void a_held_channel_is_no_deadlock(void) {
  lagoon_chan* chan = lagoon_chan_new(rt, 0);
  host_thread* thread = start_thread(pump, chan);
  run_with("local c = ...; for i = 1, 500 do c:recv(); if i % 50 == 0 then go.sleep(0.001) end end", chan, NULL);
  join_thread(thread);
  lagoon_chan_release(chan);
}

static void wrong_arguments_are_refused(void) {
  lagoon_chan* chan = lagoon_chan_new(rt, 1);
  lagoon_value value = lagoon_nil();
  CHECK(lagoon_chan_send(NULL, &value, 0) == LAGOON_EINVAL);
  CHECK(lagoon_chan_send(chan, NULL, 0) == LAGOON_EINVAL);
  CHECK(lagoon_chan_recv(chan, NULL, 0) == LAGOON_EINVAL);
  CHECK(lagoon_chan_close(NULL) == LAGOON_EINVAL);
  CHECK(lagoon_chan_new(NULL, 1) == NULL);
  CHECK(lagoon_chan_len(NULL) == 0 && lagoon_chan_cap(NULL) == 0);
  lagoon_chan_release(chan);
}

void test_channels(void) {
  rt = open_runtime();
  a_buffer_fills_and_drains();
  a_closed_channel_drains_first();
  goroutines_answer();
  every_kind_crosses();
  retained_channels_live_on();
  many_threads_share_a_channel();
  a_held_channel_is_no_deadlock();
  wrong_arguments_are_refused();
  lagoon_runtime_free(rt);
}
