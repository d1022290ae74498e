/* Lagoon: Lua 5.4 with goroutines, inside a C or C++ program.

   A whole host:

     lagoon_runtime *rt;
     lagoon_error *err = NULL;
     lagoon_config config;

     lagoon_config_init(&config);
     if (lagoon_runtime_new(&config, &rt, &err) == LAGOON_OK) {
       lagoon_run_file(rt, "main.lua", NULL, 0, NULL, &err);
       lagoon_runtime_free(rt);
     }
     if (err != NULL) {
       fprintf(stderr, "%s\n%s\n", lagoon_error_message(err), lagoon_error_traceback(err));
       lagoon_error_free(err);
     }

   Conventions

    1. Strings are a pointer and a size and may hold any byte.  Names, paths and texts the library
       hands out are terminated by a zero byte besides.
    2. What a function named *_new, or a lagoon_value, lagoon_values or lagoon_error filled in by
   the library, gives you is yours: free it with the function that its comment names.  What you pass
       in stays yours; the library copies what it keeps.  Every free, clear and release accepts
   NULL.
    3. Functions that can fail return a lagoon_status.  Where they take `lagoon_error **err`, that
   may be NULL; else *err is set exactly when the status is not LAGOON_OK, and is yours.  Output
       values are written only on LAGOON_OK, except where the comment says so.
    4. A "host thread" is any thread of yours: one that is not inside a goroutine.  Functions that
   block are for host threads; called from native code inside a goroutine they return LAGOON_EINVAL.
       "Any thread" includes that native code.
    5. Every callback gets the `void *ud` that was given with it, is called with no lock held, and
   may call any function here that is marked "any thread".  It must not throw or longjmp out.
    6. The library calls neither exit nor abort for a script's or the world's failures, prints
   nothing, and installs no signal handler, unless the configuration asks for it.  (A script's own
   print and os.exit do what they say.)
    7. There is no global state: a process may have several runtimes.
    8. Durations are nanoseconds.  A negative timeout waits for ever, zero does not wait.
    9. Unless a comment says so, a function raises no Lua error. */
#ifndef LAGOON_H
#define LAGOON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LAGOON_API_VERSION 1

struct lua_State;                                   /* lua.h: the stock Lua 5.4 interface */
typedef int (*lagoon_cfunction)(struct lua_State*); /* the same type as lua_CFunction */

typedef struct lagoon_runtime lagoon_runtime;
typedef struct lagoon_error lagoon_error;
typedef struct lagoon_chan lagoon_chan;
typedef struct lagoon_other lagoon_other;

/* ---- Version ----------------------------------------------------------------------------- */

/* major << 16 | minor << 8 | patch of the library.  Any thread. */
uint32_t lagoon_version(void);

/* The line `lagoon -v` prints, without its newline: Lua's version and ours.  Any thread. */
const char* lagoon_version_text(void);

/* ---- Status and errors ------------------------------------------------------------------- */

typedef enum lagoon_status {
  LAGOON_OK = 0,
  LAGOON_ERR = -1,     /* the script raised an error */
  LAGOON_EAGAIN = -2,  /* not without waiting */
  LAGOON_ECLOSED = -3, /* the channel is closed */
  LAGOON_ETIMEDOUT = -4,
  LAGOON_ECANCELED = -5, /* a fatal error or a shutdown ended the run */
  LAGOON_ENOMEM = -6,
  LAGOON_EINVAL = -7,        /* a wrong argument, or called from the wrong place */
  LAGOON_ESYNTAX = -9,       /* the source does not compile */
  LAGOON_ESHUTDOWN = -10,    /* the runtime has been shut down */
  LAGOON_EINCOMPLETE = -11,  /* lagoon_eval: more lines are needed */
  LAGOON_EINTERRUPTED = -12, /* lagoon_interrupt ended the run */
  LAGOON_EEXIT = -13         /* the script called os.exit(status, true): see lagoon_exit_status */
} lagoon_status;

/* What a status means, in English; never NULL.  Any thread. */
const char* lagoon_status_text(int status);

/* An error: its message, as tostring shows it; the Lua traceback, "" where there is none; its
   status.  The texts live as long as the error.  Any thread, one at a time for each error. */
const char* lagoon_error_message(const lagoon_error* error);
const char* lagoon_error_traceback(const lagoon_error* error);
lagoon_status lagoon_error_status(const lagoon_error* error);
void lagoon_error_free(lagoon_error* error);

/* ---- Configuration ----------------------------------------------------------------------- */

/* How goroutines that do not give way are interrupted (lagoon_config.preempt). */
enum {
  LAGOON_PREEMPT_COUNT = 0, /* the interpreter looks up every few thousand instructions */
  LAGOON_PREEMPT_SIGNAL,    /* by SIGURG, whose handler it installs; costs running code nothing */
  LAGOON_PREEMPT_OFF        /* never: a loop that does not block keeps its processor */
};

/* What happens when an error escapes a goroutine that nobody waits for, or when all goroutines
   wait for ever (lagoon_config.on_fatal).  Each is reported first (lagoon_config.report). */
enum {
  LAGOON_FATAL_STOP = 0, /* runs in progress and later ones return LAGOON_ECANCELED */
  LAGOON_FATAL_EXIT,     /* the process ends with exit status 2, as the command does */
  LAGOON_FATAL_CONTINUE  /* the other goroutines go on */
};

typedef struct lagoon_config {
  size_t struct_size;        /* set by lagoon_config_init; how this struct grows */
  unsigned procs;            /* goroutines that run at a time; 0: LAGOON_PROCS, else the usable CPUs */
  unsigned max_threads;      /* threads, those in blocking calls included; 0: 4096 */
  int preempt;               /* LAGOON_PREEMPT_* */
  int on_fatal;              /* LAGOON_FATAL_* */
  int ignore_environment;    /* not 0: read no LUA_PATH, LUA_CPATH, LAGOON_* variable */
  size_t state_memory_limit; /* bytes for each worker state; 0: no limit */

  /* Called for each worker state, before any script runs in it: on whichever thread makes it, at
     any time, for several states at once.  May touch only `L`, and may raise.  NULL: none. */
  void (*on_state)(void* ud, struct lua_State* L);

  /* Gets uncaught errors of goroutines and fatal reports, one whole text with a newline at its end
     at a time.  Any thread, several at once.  NULL: dropped; see lagoon_report_stderr. */
  void (*report)(void* ud, const char* text, size_t size);

  void* ud; /* for the callbacks above */
} lagoon_config;

/* Fills in the defaults: all 0, but for struct_size.  Any thread. */
void lagoon_config_init(lagoon_config* config);

/* For lagoon_config.report: writes the text to stderr, in one piece.  Any thread. */
void lagoon_report_stderr(void* ud, const char* text, size_t size);

/* ---- Life of a runtime -------------------------------------------------------------------

   new, lagoon_register, then lagoon_start (or the first function that needs it started), runs and
   channels, lagoon_shutdown, free. */

/* Makes a runtime; config may be NULL.  Starts no thread.  Fails with LAGOON_EINVAL for a wrong
   configuration, also one in LAGOON_PROCS or LAGOON_DEBUG.  Free with lagoon_runtime_free.  Any
   thread. */
lagoon_status lagoon_runtime_new(const lagoon_config* config, lagoon_runtime** out, lagoon_error** err);

/* Makes `open` the loader of the module `name` in every worker state: require(name) calls it.
   Before the runtime is started, else LAGOON_EINVAL.  One thread at a time. */
lagoon_status lagoon_register(lagoon_runtime* rt, const char* name, lagoon_cfunction open);

/* Starts the runtime's threads and returns.  Nothing happens if they run already.  Any thread. */
lagoon_status lagoon_start(lagoon_runtime* rt, lagoon_error** err);

/* Ends every goroutine, running its <close> variables; wakes every thread that waits in a function
   below; closes the worker states; joins the threads.  Later calls return LAGOON_ESHUTDOWN.
   LAGOON_ETIMEDOUT: a goroutine did not come back from some call within the grace; the states stay
   open, and shutdown may be called again.  Host threads.  Blocks. */
lagoon_status lagoon_shutdown(lagoon_runtime* rt, int64_t grace_ns);

/* Shuts down, with a grace of five seconds, unless that is done; then frees the runtime.  What a
   goroutine that never came back still uses is left allocated.  No other call may be using `rt`; of
   its channels, only release may be called afterwards.  Host threads.  Blocks. */
void lagoon_runtime_free(lagoon_runtime* rt);

/* Between hold and its unhold, goroutines that all wait are no deadlock, because the host may still
   act.  A lagoon_chan that you own holds by itself.  Pairs nest.  Any thread. */
lagoon_status lagoon_hold(lagoon_runtime* rt);
void lagoon_unhold(lagoon_runtime* rt);

/* The exit status a command should end with: what os.exit(status, true) was given; 2 after a fatal
   error, or once a task's error was reported because nobody collected it; else 0.  Any thread. */
int lagoon_exit_status(lagoon_runtime* rt);

/* ---- Values ------------------------------------------------------------------------------

   A value outside Lua.  In one that you make, a string or channel is borrowed: it must live until
   the call returns.  One that the library filled in owns what it refers to: lagoon_value_clear. */

typedef enum lagoon_type {
  LAGOON_NIL = 0,
  LAGOON_BOOL,
  LAGOON_INT,
  LAGOON_NUM,
  LAGOON_STR,
  LAGOON_CHAN,
  LAGOON_OTHER /* a table, function, ...: kept whole, to be passed back to a script */
} lagoon_type;

typedef struct lagoon_value {
  int type;  /* lagoon_type */
  int owned; /* the library's: 0 in values that you make */
  union {
    int boolean;
    int64_t integer;
    double number;
    struct {
      const char* data;
      size_t size;
    } string;
    lagoon_chan* chan;
    lagoon_other* other;
  } as;
} lagoon_value;

typedef struct lagoon_values {
  lagoon_value* items;
  size_t count;
} lagoon_values;

/* Make a value.  Any thread. */
lagoon_value lagoon_nil(void);
lagoon_value lagoon_bool(int boolean);
lagoon_value lagoon_int(int64_t integer);
lagoon_value lagoon_num(double number);
lagoon_value lagoon_str(const char* data, size_t size);
lagoon_value lagoon_of_chan(lagoon_chan* chan);

/* Frees what the library put into them, and leaves nil or no values.  Any thread. */
void lagoon_value_clear(lagoon_value* value);
void lagoon_values_clear(lagoon_values* values);

/* ---- Running scripts ---------------------------------------------------------------------

   A run is the main goroutine for its time: its end does not end the goroutines that it started.
   Runs share main's globals.  One at a time: a second one waits for the first.  Host threads.
   Block.

   They return LAGOON_OK, LAGOON_ERR (an error was raised), LAGOON_ESYNTAX, LAGOON_EINTERRUPTED,
   LAGOON_EEXIT, LAGOON_ECANCELED, LAGOON_ESHUTDOWN, LAGOON_ENOMEM or LAGOON_EINVAL.  After
   EEXIT and ECANCELED no other run is possible. */

/* Runs the file, or stdin if path is NULL, with `count` values as `...`.  If results is not NULL,
   it gets what the chunk returned; clear it with lagoon_values_clear. */
lagoon_status lagoon_run_file(lagoon_runtime* rt, const char* path, const lagoon_value* args, size_t count,
                              lagoon_values* results, lagoon_error** err);

/* The same for a source text.  chunk is its name in messages, as luaL_loadbuffer takes it ("=name"
   shows as is, "@name" as a file); NULL: "=string". */
lagoon_status lagoon_run_string(lagoon_runtime* rt, const char* source, size_t size, const char* chunk,
                                const lagoon_value* args, size_t count, lagoon_values* results, lagoon_error** err);

/* Makes running main raise "interrupted!".  Nothing happens if no run is in progress.  Any thread,
   and signal handlers. */
void lagoon_interrupt(lagoon_runtime* rt);

/* ---- What a command needs ----------------------------------------------------------------

   Like runs: host threads, block, and the same statuses. */

/* Sets the global table `arg`: argv[i] becomes arg[i - script]. */
lagoon_status lagoon_set_args(lagoon_runtime* rt, int argc, char* const* argv, int script, lagoon_error** err);

/* Runs a file, or stdin if path is NULL, with the values arg[1], arg[2], ... as `...`. */
lagoon_status lagoon_run_script(lagoon_runtime* rt, const char* path, lagoon_error** err);

/* global = require(module). */
lagoon_status lagoon_require(lagoon_runtime* rt, const char* module, const char* global, lagoon_error** err);

/* Turns warnings on, in main and in worker states made from now on. */
lagoon_status lagoon_warn(lagoon_runtime* rt, lagoon_error** err);

/* Runs what was typed at a prompt: as an expression if it is one ("=expr" too), else as statements,
   and passes the results, if any, to the script's own print.  LAGOON_EINCOMPLETE: it stops where
   more could follow, and nothing ran; *err says what is missing. */
lagoon_status lagoon_eval(lagoon_runtime* rt, const char* source, size_t size, lagoon_error** err);

/* Fills in *out with the global `name` as tostring shows it, or nil if it is nil. */
lagoon_status lagoon_global_text(lagoon_runtime* rt, const char* name, lagoon_value* out, lagoon_error** err);

/* Calls found for each way to complete `text`, the part of an expression before the cursor: "str"
   is completed to a global or keyword, "string.f" to a field, "ch:s" to a method.  Candidates are
   whole ("string.format"), in order, and no script code runs. */
lagoon_status lagoon_complete(lagoon_runtime* rt, const char* text, size_t size,
                              void (*found)(void* ud, const char* candidate, size_t size), void* ud);

/* ---- Channels ----------------------------------------------------------------------------

   The same objects that scripts make with chan(): pass one to a run, send it, or receive it.
   Values are copied as between goroutines. */

/* Makes a channel that buffers `capacity` values; 0: each send waits for its receiver.  Starts the
   runtime.  NULL: no memory, or the runtime has been shut down.  Release it.  Any thread. */
lagoon_chan* lagoon_chan_new(lagoon_runtime* rt, size_t capacity);

/* Counts one more owner, and returns chan; one less.  The last release gives the channel up,
   without closing it.  Any thread. */
lagoon_chan* lagoon_chan_retain(lagoon_chan* chan);
void lagoon_chan_release(lagoon_chan* chan);

/* Sends a copy of *value: LAGOON_OK, LAGOON_ECLOSED, LAGOON_ETIMEDOUT, LAGOON_ESHUTDOWN,
   LAGOON_ENOMEM, LAGOON_EINVAL.  Host threads.  Blocks. */
lagoon_status lagoon_chan_send(lagoon_chan* chan, const lagoon_value* value, int64_t timeout_ns);

/* Receives into *value, to be cleared; the same statuses.  LAGOON_ECLOSED: closed, and nothing is
   left in it.  Host threads.  Blocks. */
lagoon_status lagoon_chan_recv(lagoon_chan* chan, lagoon_value* value, int64_t timeout_ns);

/* The same without waiting: LAGOON_EAGAIN instead of LAGOON_ETIMEDOUT.  Any thread. */
lagoon_status lagoon_chan_try_send(lagoon_chan* chan, const lagoon_value* value);
lagoon_status lagoon_chan_try_recv(lagoon_chan* chan, lagoon_value* value);

/* Closes it: senders fail, receivers get what is left and then the end.  LAGOON_ECLOSED: it was
   closed already.  Any thread. */
lagoon_status lagoon_chan_close(lagoon_chan* chan);

/* Values in the buffer now, and room for how many there is in all.  Any thread. */
size_t lagoon_chan_len(const lagoon_chan* chan);
size_t lagoon_chan_cap(const lagoon_chan* chan);

/* ---- Looking in -------------------------------------------------------------------------- */

typedef struct lagoon_statistics {
  size_t struct_size; /* set by you: sizeof(lagoon_statistics) */
  unsigned procs, idle_procs;
  unsigned threads, idle_threads;
  size_t goroutines; /* started or waiting to start */
  size_t states;     /* worker states */
  uint64_t spawned;  /* goroutines, since the start */
  uint64_t steals;   /* times that work moved to an idle processor */
  uint64_t parks;    /* times that a goroutine blocked */
  uint64_t preemptions;
} lagoon_statistics;

/* Counts, taken one after the other while things move.  LAGOON_EINVAL: not started.  Any thread. */
lagoon_status lagoon_stats(lagoon_runtime* rt, lagoon_statistics* out);

/* Calls write, once or several times, with a listing of all goroutines: what each waits for, and
   where.  LAGOON_EINVAL: not started.  Any thread. */
lagoon_status lagoon_dump_goroutines(lagoon_runtime* rt, void (*write)(void* ud, const char* text, size_t size),
                                     void* ud);

#ifdef __cplusplus
}
#endif

#endif
