// A bad network, preloaded: every call on a socket that is polled fails with EAGAIN as often as not, and
// moves one byte at a time otherwise.  An edge-triggered poller hears of the rest because the socket is
// armed anew after each such call, as the system would once more comes.  Datagrams stay whole.
//
// A host whose name ends in "slow.invalid" takes the resolver a third of a second to give up on; "two.invalid" is 127.0.0.1
// and then ::1.  For "gate.invalid" the resolver waits until it is asked for "open.invalid", which may be before,
// once for each; its answer is 127.0.0.N, where N counts these questions.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { kMost = 4096 };

static struct Polled {
  int epoll;  // 0: not polled
  struct epoll_event event;
} polled[kMost];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int epoll_ctl(int epoll, int op, int fd, struct epoll_event* event) {
  int result = REAL(epoll_ctl)(epoll, op, fd, event);
  int type;
  socklen_t size = sizeof type;
  if (result != 0 || fd < 0 || fd >= kMost) return result;
  pthread_mutex_lock(&lock);
  polled[fd].epoll = 0;
  if (op == EPOLL_CTL_ADD && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0) {
    polled[fd].epoll = epoll;
    polled[fd].event = *event;
  }
  pthread_mutex_unlock(&lock);
  return result;
}

// Has the poller report again whatever holds.
static int arm(int fd) {
  struct Polled p = {0};
  int error = errno;
  if (fd < 0 || fd >= kMost) return 0;
  pthread_mutex_lock(&lock);
  p = polled[fd];
  if (p.epoll > 0) REAL(epoll_ctl)(p.epoll, EPOLL_CTL_MOD, fd, &p.event);
  pthread_mutex_unlock(&lock);
  errno = error;
  return p.epoll > 0;
}

static int is_stream(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

static int refuses(int fd) {
  static __thread unsigned state = 1;
  state = state * 1664525u + 1013904223u;
  if ((state >> 16) % 2 == 0 || !arm(fd)) return 0;
  errno = EAGAIN;
  return 1;
}

ssize_t recv(int fd, void* buffer, size_t size, int flags) {
  if (refuses(fd)) return -1;
  ssize_t n = REAL(recv)(fd, buffer, size > 1 && is_stream(fd) ? 1 : size, flags);
  arm(fd);
  return n;
}

ssize_t readv(int fd, const struct iovec* parts, int count) {
  if (fd < 0 || fd >= kMost || polled[fd].epoll == 0) return REAL(readv)(fd, parts, count);
  for (int i = 0; i < count; ++i) {
    if (parts[i].iov_len > 0) return recv(fd, parts[i].iov_base, parts[i].iov_len, 0);
  }
  return 0;
}

ssize_t send(int fd, const void* data, size_t size, int flags) {
  if (refuses(fd)) return -1;
  ssize_t n = REAL(send)(fd, data, size > 1 && is_stream(fd) ? 1 : size, flags);
  arm(fd);
  return n;
}

ssize_t recvfrom(int fd, void* buffer, size_t size, int flags, __SOCKADDR_ARG from, socklen_t* from_size) {
  return refuses(fd) ? -1 : REAL(recvfrom)(fd, buffer, size, flags, from, from_size);
}

ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  struct msghdr one = *message;
  struct iovec part = {0};
  if (refuses(fd)) return -1;
  if (!is_stream(fd)) return REAL(sendmsg)(fd, message, flags);
  for (size_t i = 0; i < message->msg_iovlen && part.iov_len == 0; ++i) part = message->msg_iov[i];
  if (part.iov_len > 1) part.iov_len = 1;
  one.msg_iov = &part;
  one.msg_iovlen = 1;
  ssize_t n = REAL(sendmsg)(fd, &one, flags);
  arm(fd);
  return n;
}

int accept4(int fd, __SOCKADDR_ARG from, socklen_t* size, int flags) {
  return refuses(fd) ? -1 : REAL(accept4)(fd, from, size, flags);
}

static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static int questions, openings;

// The number of this question, once the gate has been opened for it.
static int pass_gate(void) {
  pthread_mutex_lock(&lock);
  int number = ++questions;
  while (openings < number) pthread_cond_wait(&opened, &lock);
  pthread_mutex_unlock(&lock);
  return number;
}

static void open_gate(void) {
  pthread_mutex_lock(&lock);
  ++openings;
  pthread_cond_broadcast(&opened);
  pthread_mutex_unlock(&lock);
}

static int ends_in(const char* host, const char* end) {
  size_t length = strlen(host), size = strlen(end);
  return length >= size && strcmp(host + length - size, end) == 0;
}

int getaddrinfo(const char* host, const char* service, const struct addrinfo* hints, struct addrinfo** found) {
  struct timespec third = {0, 330000000};
  if (host != NULL && ends_in(host, "slow.invalid")) {
    nanosleep(&third, NULL);
    return EAI_AGAIN;
  }
  if (host != NULL && strcmp(host, "open.invalid") == 0) {
    open_gate();
    return EAI_NONAME;
  }
  if (host != NULL && strcmp(host, "gate.invalid") == 0) {
    char address[sizeof "127.0.0.255"];
    snprintf(address, sizeof address, "127.0.0.%d", pass_gate() & 255);
    return REAL(getaddrinfo)(address, service, hints, found);
  }
  if (host == NULL || strcmp(host, "two.invalid") != 0) {
    return REAL(getaddrinfo)(host, service, hints, found);
  }
  int error = REAL(getaddrinfo)("127.0.0.1", service, hints, found);
  return error != 0 ? error : REAL(getaddrinfo)("::1", service, hints, &(*found)->ai_next);
}
