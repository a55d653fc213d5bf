#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

static int count = -1;
static char **vector = NULL;

/* glibc and dyld call constructors with the arguments of main; musl calls them without. */
#if defined(__GLIBC__) || defined(__APPLE__)
__attribute__((constructor)) static void remember(int argc, char **argv) {
  count = argc;
  vector = argv;
}
#endif

int flexsh_argument_count(void) { return count; }

char **flexsh_argument_vector(void) { return vector; }

void flexsh_prevent_core_dumps(void) {
#ifdef __linux__
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
  struct rlimit limit;
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = 0;
  (void)setrlimit(RLIMIT_CORE, &limit);
}

void flexsh_enlarge_stacks(size_t size) {
#ifdef __GLIBC__
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return;
  size_t current = 0;
  if (pthread_attr_getstacksize(&attributes, &current) == 0 && current < size &&
      pthread_attr_setstacksize(&attributes, size) == 0) {
    (void)pthread_setattr_default_np(&attributes);
  }
  (void)pthread_attr_destroy(&attributes);
#else
  (void)size;
#endif
}

int flexsh_exchange_files(const char *first, const char *second) {
#if defined(__linux__) && defined(SYS_renameat2)
  /* RENAME_EXCHANGE is 2. */
  return (int)syscall(SYS_renameat2, AT_FDCWD, first, AT_FDCWD, second, 2u);
#elif defined(__APPLE__)
  return renamex_np(first, second, RENAME_SWAP);
#else
  (void)first;
  (void)second;
  errno = ENOSYS;
  return -1;
#endif
}

static struct flock whole_file(void) {
  struct flock lock = {0};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

int flexsh_lock_file(int descriptor, int waits) {
  struct flock lock = whole_file();
  int result;
  do {
    result = fcntl(descriptor, waits ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
  } while (result != 0 && errno == EINTR);
  return result;
}

int flexsh_is_file_locked(int descriptor) {
  struct flock lock = whole_file();
  return fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

off_t flexsh_first_hole(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return -1;
#ifdef SEEK_HOLE
  if (status.st_size == 0) return 0;
  off_t before = lseek(descriptor, 0, SEEK_CUR);
  off_t hole = lseek(descriptor, 0, SEEK_HOLE);
  if (before >= 0) (void)lseek(descriptor, before, SEEK_SET);
  if (hole >= 0) return hole;
#endif
  return status.st_size;
}

uint64_t flexsh_milliseconds_since_1970(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0) return 0;
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
