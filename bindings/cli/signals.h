#pragma once
// The signals of the command.  The library installs no handler for any of these.
//
//   SIGINT   raises "interrupted!" in main; while lua would, a second one kills
//   SIGQUIT  prints every goroutine and ends the process with exit status 2
//
// A handler may run on any thread, so it only sets flags, writes to pipes and calls what is marked
// for signal handlers.  Nothing is blocked by mask: a mask would be inherited by child processes.

#include <lagoon.h>

namespace lagoon::cli {

// Starts the thread that answers SIGQUIT.  Once.
void answer_sigquit(lagoon_runtime* rt);

// Lets the next SIGINT interrupt the run of `rt`, and the one after that kill the process.
void interrupt_once(lagoon_runtime* rt);
// Lets every SIGINT interrupt it.
void interrupt_always(lagoon_runtime* rt);

// Installs a handler.
void set_handler(int signal, void (*handler)(int));

// Called by the thread that answers SIGQUIT before it prints, to give a clean terminal.  Null:
// nothing.
void before_dump(void (*f)());

}  // namespace lagoon::cli
