/* System calls that Swift's own C modules leave out, with one meaning on every system. */
#ifndef FLEXSH_PLATFORM_H
#define FLEXSH_PLATFORM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The arguments that the C runtime passes to the program.

   Swift's CommandLine finds them through /proc or next to the environment. Without /proc, or when a
   preloaded library has moved the environment, it finds none, and a missing --dry-run would matter.
   The count includes the program's name; it is -1, and the vector NULL, if the C library passes no
   arguments to constructors (musl). */
int flexsh_argument_count(void);
char **flexsh_argument_vector(void);

/* Prevents core dumps, and other processes of the user from attaching. See prctl(2),
   PR_SET_DUMPABLE, and getrlimit(2), RLIMIT_CORE. */
void flexsh_prevent_core_dumps(void);

/* Gives threads that are created from now on a stack of at least this size, in bytes. The default is
   the main thread's limit, which `ulimit -s` may have made small. */
void flexsh_enlarge_stacks(size_t size);

/* Exchanges two files atomically. Returns 0, or -1 with errno: EINVAL or ENOSYS if the system or the
   file system cannot do it. See renameat2(2), RENAME_EXCHANGE. */
int flexsh_exchange_files(const char *first, const char *second);

/* Takes the write lock on a whole open file, and waits for it if `waits` is not 0. Returns 0, or -1
   with errno: EAGAIN or EACCES if another open file description holds it. The lock belongs to the
   open file description and ends when its last descriptor is closed. See fcntl(2), "Open file
   description locks". */
int flexsh_lock_file(int descriptor, int waits);

/* Whether another open file description holds the write lock; takes no lock. */
int flexsh_is_file_locked(int descriptor);

/* The offset of the first hole of a file: its size if it has none. -1 with errno on failure. */
off_t flexsh_first_hole(int descriptor);

/* Adds blocks of 64 bytes to a SHA-256 with the instructions that processors have for it: `state` is the
   eight words of the hash, `constants` the 64 of the standard. Returns 0, or -1 without having done
   anything if this processor has none. See Intel's "SHA Extensions". */
int flexsh_add_sha256_blocks(
    uint32_t *state, const uint32_t *constants, const uint8_t *bytes, size_t blocks);

/* The time of day in milliseconds since 1970; 0 before that. See clock_gettime(2). */
uint64_t flexsh_milliseconds_since_1970(void);

#endif
