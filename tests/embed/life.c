/* The end: fatal errors, shutdown, free; statistics and dumps. */
#include <string.h>

#include "check.h"

/* Lua's own, for a native module. */
extern struct lua_State* lua_newthread(struct lua_State* L);
extern void lua_pushcclosure(struct lua_State* L, lagoon_cfunction f, int n);
extern void lua_pushinteger(struct lua_State* L, long long n);
extern void lua_pushvalue(struct lua_State* L, int index);
extern void lua_xmove(struct lua_State* from, struct lua_State* to, int n);
extern int lua_pcallk(struct lua_State* L, int args, int results, int handler, long ctx, void* k);

static void a_runtime_may_never_start(void) {
  lagoon_runtime* rt = open_runtime();
  lagoon_statistics stats;
  stats.struct_size = sizeof stats;
  CHECK(lagoon_stats(rt, &stats) == LAGOON_EINVAL);
  CHECK(lagoon_dump_goroutines(rt, lagoon_report_stderr, NULL) == LAGOON_EINVAL);
  CHECK(lagoon_exit_status(rt) == 0);
  lagoon_interrupt(rt);
  lagoon_runtime_free(rt);
  lagoon_runtime_free(NULL);
  lagoon_interrupt(NULL);
  lagoon_unhold(NULL);
}

static void statistics_count(void) {
  lagoon_runtime* rt = open_runtime();
  lagoon_statistics stats;
  size_t seen;
  int tries = 1000;
  memset(&stats, 0, sizeof stats);
  stats.struct_size = sizeof stats;
  CHECK(lagoon_hold(rt) == LAGOON_OK);
  run_ok(rt, "for i = 1, 3 do go(function() chan():recv() end) end; go.sleep(0.02)");
  do { /* main may still be on its way out */
    CHECK(lagoon_stats(rt, &stats) == LAGOON_OK);
  } while (stats.goroutines > 3 && --tries > 0 && (sleep_ms(1), 1));
  CHECK(stats.procs == 2);
  CHECK(stats.goroutines == 3);
  CHECK(stats.states >= 2);
  CHECK(stats.spawned >= 4);
  CHECK(stats.threads >= 1);
  seen = stats.goroutines;
  stats.struct_size = offsetof(lagoon_statistics, goroutines); /* an older host */
  stats.goroutines = 0;
  CHECK(lagoon_stats(rt, &stats) == LAGOON_OK);
  CHECK(seen == 3 && stats.goroutines == 0);
  lagoon_unhold(rt);
  lagoon_runtime_free(rt);
}

static char dump[16384];

static void keep_dump(void* ud, const char* text, size_t size) {
  CHECK(ud == dump);
  if (size > sizeof dump - 1 - strlen(dump)) size = sizeof dump - 1 - strlen(dump);
  strncat(dump, text, size);
}

static void a_dump_names_goroutines(void) {
  lagoon_runtime* rt = open_runtime();
  int i;
  lagoon_hold(rt);
  run_ok(rt, "go(function() go.name('the waiter'); chan():recv() end)");
  for (i = 0; i < 1000; ++i) { /* until it waits */
    dump[0] = '\0';
    CHECK(lagoon_dump_goroutines(rt, keep_dump, dump) == LAGOON_OK);
    if (strstr(dump, "chan receive") != NULL) break;
    run_ok(rt, "go.sleep(0.01)");
  }
  CHECK(strstr(dump, "the waiter") != NULL);
  CHECK(strstr(dump, "chan receive") != NULL);
  CHECK(lagoon_dump_goroutines(rt, NULL, NULL) == LAGOON_EINVAL);
  lagoon_unhold(rt);
  lagoon_runtime_free(rt);
}

static void a_goroutines_error_stops_the_runtime(void) {
  lagoon_runtime* rt = open_runtime();
  const char* message;
  clear_report();
  CHECK(run_failing(rt, "go(error, 'lost'); go.sleep(10)", &message) == LAGOON_ECANCELED);
  CHECK(strstr(message, "lost") != NULL);
  CHECK(strstr(report_text(), "lost") != NULL);
  CHECK(run_failing(rt, "return 1", &message) == LAGOON_ECANCELED);
  CHECK(lagoon_exit_status(rt) == 2);
  lagoon_runtime_free(rt);
}

static void a_deadlock_stops_the_runtime(void) {
  lagoon_runtime* rt = open_runtime();
  const char* message;
  CHECK(run_failing(rt, "chan():recv()", &message) == LAGOON_ECANCELED);
  CHECK(strstr(message, "deadlock") != NULL);
  lagoon_runtime_free(rt);
}

static void count_reports(void* ud, const char* text, size_t size) {
  (void)text;
  (void)size;
  __sync_fetch_and_add((int*)ud, 1);
}

static void errors_can_be_survived(void) {
  lagoon_config config;
  lagoon_runtime* rt = NULL;
  int reports = 0, i;
  lagoon_config_init(&config);
  config.on_fatal = LAGOON_FATAL_CONTINUE;
  config.report = count_reports;
  config.ud = &reports;
  CHECK(lagoon_runtime_new(&config, &rt, NULL) == LAGOON_OK);
  run_ok(rt, "go(error, 'lost')");
  for (i = 0; i < 1000 && __sync_fetch_and_add(&reports, 0) == 0; ++i) run_ok(rt, "go.sleep(0.01)");
  run_ok(rt, "return 1");
  CHECK(reports == 1);
  lagoon_runtime_free(rt);
}

static void receive(void* ud) {
  lagoon_value value = lagoon_nil();
  CHECK(lagoon_chan_recv(ud, &value, -1) == LAGOON_ESHUTDOWN);
}

static void run_for_ever(void* ud) {
  const char* message;
  CHECK(run_failing(ud,
                    "local x <close> = setmetatable({}, {__close = function() closed = true end})\n"
                    "while true do go.sleep(0.01) end",
                    &message) == LAGOON_ESHUTDOWN);
}

static void shutdown_wakes_everybody(void) {
  lagoon_runtime* rt = open_runtime();
  lagoon_chan* chan = lagoon_chan_new(rt, 0);
  lagoon_value value = lagoon_nil();
  host_thread* receiver = start_thread(receive, chan);
  host_thread* runner = start_thread(run_for_ever, rt);
  sleep_ms(50);
  CHECK(lagoon_shutdown(rt, 5 * SECOND) == LAGOON_OK);
  join_thread(receiver);
  join_thread(runner);
  CHECK(lagoon_shutdown(rt, 0) == LAGOON_OK);
  CHECK(lagoon_run_string(rt, "", 0, NULL, NULL, 0, NULL, NULL) == LAGOON_ESHUTDOWN);
  CHECK(lagoon_start(rt, NULL) == LAGOON_ESHUTDOWN);
  CHECK(lagoon_chan_new(rt, 1) == NULL);
  CHECK(lagoon_chan_try_send(chan, &value) == LAGOON_ESHUTDOWN);
  CHECK(lagoon_chan_try_recv(chan, &value) == LAGOON_ESHUTDOWN);
  CHECK(lagoon_chan_close(chan) == LAGOON_ESHUTDOWN);
  lagoon_runtime_free(rt);
  lagoon_chan_release(chan);
}

static void shutdown_runs_close_variables(void) {
  lagoon_runtime* rt = open_runtime();
  lagoon_chan* chan = lagoon_chan_new(rt, 1);
  lagoon_value arg = lagoon_of_chan(chan);
  static const char source[] =
      "local c = ...\n"
      "go(function()\n"
      "  local x <close> = setmetatable({}, {__close = function() c:try_send('closed') end})\n"
      "  c:send('begun')\n"
      "  chan():recv()\n"
      "end)\n"
      "c:recv()";
  CHECK(lagoon_run_string(rt, source, sizeof source - 1, NULL, &arg, 1, NULL, NULL) == LAGOON_OK);
  CHECK(lagoon_shutdown(rt, 5 * SECOND) == LAGOON_OK);
  CHECK(lagoon_chan_len(chan) == 1);
  lagoon_runtime_free(rt);
  lagoon_chan_release(chan);
}

static int napping, woken; /* atomic */

static int nap(struct lua_State* L) {
  (void)L;
  __sync_fetch_and_add(&napping, 1);
  while (__sync_fetch_and_add(&woken, 0) == 0) sleep_ms(1);
  return 0;
}

static int open_nap(struct lua_State* L) {
  lua_pushcclosure(L, nap, 0);
  return 1;
}

static void shutdown_can_be_tried_again(void) {
  lagoon_runtime* rt = open_runtime();
  CHECK(lagoon_register(rt, "nap", open_nap) == LAGOON_OK);
  run_ok(rt, "go(function() require('nap')() end)");
  while (__sync_fetch_and_add(&napping, 0) == 0) sleep_ms(1);
  CHECK(lagoon_shutdown(rt, 0) == LAGOON_ETIMEDOUT);
  CHECK(lagoon_run_string(rt, "", 0, NULL, NULL, 0, NULL, NULL) == LAGOON_ESHUTDOWN);
  __sync_fetch_and_add(&woken, 1);
  CHECK(lagoon_shutdown(rt, -1) == LAGOON_OK);
  lagoon_runtime_free(rt);
}

/* call_aside(f): its result, on a Lua thread that nobody has resumed. */
static int call_aside(struct lua_State* L) {
  struct lua_State* aside = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, aside, 1);
  lua_pushinteger(L, lua_pcallk(aside, 0, 1, 0, 0, NULL));
  lua_xmove(aside, L, 1);
  return 2;
}

static int open_call_aside(struct lua_State* L) {
  lua_pushcclosure(L, call_aside, 0);
  return 1;
}

/* Such a thread cannot be left by a yield: who waits there keeps its system thread. */
static void a_thread_that_nobody_resumed_may_wait(void) {
  lagoon_runtime* rt = open_runtime();
  CHECK(lagoon_register(rt, "aside", open_call_aside) == LAGOON_OK);
  run_ok(rt,
         "local aside = require 'aside'\n"
         "local c = chan()\n"
         "go(function() for i = 1, 3 do c:send(i) end end)\n"
         "local function check(want, status, got) assert(status == 0 and got == want) end\n"
         "check(1, aside(function() local v = c:recv() return v end))\n"
         "check(2, aside(function() return (pcall(c.recv, c)) and 2 end))\n"
         "check(3, aside(function() for v in c do return v end end))\n"
         "check('slept', aside(function() go.sleep(0.001) go.yield() return 'slept' end))");
  lagoon_runtime_free(rt);
}

static void os_exit_ends_the_run(void) {
  lagoon_runtime* rt = open_runtime();
  const char* message;
  CHECK(run_failing(rt, "os.exit(3, true)", &message) == LAGOON_EEXIT);
  CHECK(lagoon_exit_status(rt) == 3);
  CHECK(run_failing(rt, "return 1", &message) == LAGOON_ECANCELED);
  lagoon_runtime_free(rt);
}

static void two_runtimes_do_not_meet(void) {
  lagoon_runtime* one = open_runtime();
  lagoon_runtime* two = open_runtime();
  run_ok(one, "x = 1");
  run_ok(two, "assert(x == nil)");
  lagoon_runtime_free(one);
  run_ok(two, "x = 2");
  lagoon_runtime_free(two);
}

static void a_memory_limit_is_an_error(void) {
  lagoon_config config;
  lagoon_runtime* rt = NULL;
  lagoon_config_init(&config);
  config.state_memory_limit = 4 << 20;
  CHECK(lagoon_runtime_new(&config, &rt, NULL) == LAGOON_OK);
  CHECK(lagoon_run_string(rt, "t = ('x'):rep(1 << 24)", 22, NULL, NULL, 0, NULL, NULL) == LAGOON_ENOMEM);
  run_ok(rt, "return 1");
  lagoon_runtime_free(rt);
}

void test_life(void) {
  a_runtime_may_never_start();
  statistics_count();
  a_dump_names_goroutines();
  a_goroutines_error_stops_the_runtime();
  a_deadlock_stops_the_runtime();
  errors_can_be_survived();
  shutdown_wakes_everybody();
  shutdown_runs_close_variables();
  shutdown_can_be_tried_again();
  a_thread_that_nobody_resumed_may_wait();
  os_exit_ends_the_run();
  two_runtimes_do_not_meet();
  a_memory_limit_is_an_error();
}
