/* Commands where the kernel has no pidfd_open (before Linux 5.3): a filter of system calls says so to a thread of the
   host, and to all that the runtime starts from it. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check.h"

#ifdef SYS_pidfd_open

static int forget_pidfd_open(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program;
  program.len = sizeof code / sizeof code[0];
  program.filter = code;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* Each of them waits on a thread of its own meanwhile. */
static const char commands[] =
    "local tasks = {}\n"
    "for i = 1, 8 do\n"
    "  tasks[i] = go.task(function()\n"
    "    local _, how, status = os.execute('sleep 0.0' .. i .. '; exit ' .. i)\n"
    "    local reader = io.popen('echo out; exit 7')\n"
    "    local text = reader:read 'l'\n"
    "    local _, _, closed = reader:close()\n"
    "    return how, status, text, closed\n"
    "  end)\n"
    "end\n"
    "for i, task in ipairs(tasks) do\n"
    "  local how, status, text, closed = task:join()\n"
    "  assert(how == 'exit' and status == i and text == 'out' and closed == 7)\n"
    "end\n";

static const char others_go_on[] =
    "local writer = io.popen('cat', 'w')\n"
    "local waits, told = chan(), chan()\n"
    "go.here(function()\n"
    "  local command = io.popen('sleep 0.2; exit 4', 'w')\n"
    "  waits:send(true)\n"
    "  told:send((select(3, command:close())))\n"
    "end)\n"
    "waits:recv()\n"
    "go.sleep(0.01)\n"
    "assert(writer:close())\n"
    "assert(told:recv() == 4)\n";

static void on_old_kernel(void* ud) {
  lagoon_runtime* rt;
  (void)ud;
  if (!CHECK(forget_pidfd_open())) return;
  CHECK(syscall(SYS_pidfd_open, getpid(), 0) == -1 && errno == ENOSYS);
  rt = open_runtime();
  run_ok(rt, commands);
  run_ok(rt, others_go_on);
  lagoon_runtime_free(rt);
}

void test_old_kernel(void) { join_thread(start_thread(on_old_kernel, NULL)); }

#else

void test_old_kernel(void) {}

#endif
