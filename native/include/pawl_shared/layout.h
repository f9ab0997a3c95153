/*
 * layout.h: what lies where in a region, and the errors that a region has.
 *
 * All numbers are little-endian. A structure that other processes write is read field by field and
 * checked; nothing in it is believed.
 */
#ifndef PAWL_SHARED_LAYOUT_H
#define PAWL_SHARED_LAYOUT_H

#include "../pawl.h"

#include <stdint.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#  error "a region is little-endian"
#endif

/* Errors beside those of pawl.h. */
#define PAWL_EEXIST (-17)          /* the name is that of something else */
#define PAWL_EXDEV (-18)           /* somebody attached runs on another machine */
#define PAWL_ENOSPC (-28)          /* no room on the disk, or in the region */
#define PAWL_ENAMETOOLONG (-36)    /* a name of more than 95 bytes */
#define PAWL_EBADMSG (-74)         /* the file is no region, or damaged */
#define PAWL_EUSERS (-87)          /* as many are attached as the region has slots */
#define PAWL_EPROTONOSUPPORT (-93) /* the region has another layout than this header */
#define PAWL_EOPNOTSUPP (-95)      /* the file system is one of a network */
#define PAWL_OWNER_DIED (-131)     /* an owner died; the caller does not hold the lock */

#define PAWL_SHARED_MAGIC UINT64_C(0x314D48534C574150)
#define PAWL_SHARED_UNFINISHED UINT64_C(0x304D48534C574150) /* in its place until it is stored */
#define PAWL_SHARED_VERSION UINT32_C(1)
#define PAWL_SHARED_ORDER UINT32_C(0x01020304)
#define PAWL_SHARED_PAGE 4096
#define PAWL_SHARED_MAX_SLOTS 1024
#define PAWL_SHARED_MAX_ENTRIES 65536

/* The lock word: these bits, slot + 1 in the lowest 16, and the slot's generation in the high half. */
#define PAWL_SHARED_WAITERS UINT64_C(0x80000000)
#define PAWL_SHARED_ORPHAN UINT64_C(0x40000000)
#define PAWL_SHARED_OWNER UINT64_C(0xffff)

/* In place of the time since when a lock is held: nobody has noticed, and the owner has no name. */
#define PAWL_SHARED_UNNOTICED (UINT64_C(1) << 63)

enum pawl_shared_kind {
    PAWL_SHARED_MUTEX = 1,
    PAWL_SHARED_RWLOCK = 2,
    PAWL_SHARED_SEMAPHORE = 3,
    PAWL_SHARED_CONDVAR = 4,
    PAWL_SHARED_SEQLOCK = 5,
    PAWL_SHARED_DATA = 6
};

struct pawl_shared_mutex_record {
    uint64_t word;
    uint64_t since;  /* for messages: milliseconds since 1970, or PAWL_SHARED_UNNOTICED */
    char thread[48]; /* for messages */
};

struct pawl_shared_header {
    uint64_t magic; /* stored last */
    uint32_t version;
    uint32_t order;
    uint32_t incompatible;
    uint32_t compatible;
    uint64_t size;
    uint32_t slots;
    uint32_t slot_table;
    uint32_t directory;
    uint32_t entries;
    uint64_t heap;
    uint64_t heap_end;
    struct pawl_shared_mutex_record mutex; /* of directory and heap */
    uint8_t boot[16];
    uint32_t deaths;
    uint32_t reserved;
};

struct pawl_shared_slot {
    uint32_t generation; /* one more after each claim, but never 0; the rest is for messages */
    uint32_t reserved;
    int64_t pid;
    uint64_t started; /* ticks after boot */
    uint64_t since;   /* milliseconds since 1970 */
    char label[32];
};

struct pawl_shared_entry {
    uint32_t kind;
    uint32_t state; /* 1 when complete; stored last */
    uint64_t offset;
    uint64_t size;
    uint32_t parameter; /* permits of a semaphore, size of a record */
    uint32_t reserved;
    char name[96];
};

/* A count of one slot: of readers or permits in the low half, of a generation in the high half. */
struct pawl_shared_count {
    uint64_t count;
    uint64_t padding[7];
};

struct pawl_shared_rwlock_record {
    struct pawl_shared_mutex_record mutex;
    uint32_t writer;
    uint32_t drained; /* changed by readers that leave a writer's way */
    uint32_t reserved[14];
};

struct pawl_shared_semaphore_record {
    struct pawl_shared_mutex_record mutex;
    uint32_t permits;
    uint32_t sequence; /* changed by each release */
    uint32_t options;
    uint32_t lost;
    uint64_t log; /* what is being written off: slot + 1 in the high half, lost in the low */
    uint32_t reserved[10];
};

#define PAWL_SHARED_LOSE_PERMITS_OF_THE_DEAD UINT32_C(1)

struct pawl_shared_condvar_record {
    uint32_t sequence;
    uint32_t waiters; /* how many at most */
    uint32_t reserved[14];
};

struct pawl_shared_seqlock_record {
    struct pawl_shared_mutex_record mutex;
    uint32_t sequence; /* odd while the data is written */
    uint32_t size;
    uint32_t reserved[14];
};

#if defined(__cplusplus)
#  define PAWL_SHARED_ASSERT(condition) static_assert(condition, #condition)
#else
#  define PAWL_SHARED_ASSERT(condition) _Static_assert(condition, #condition)
#endif

PAWL_SHARED_ASSERT(sizeof(struct pawl_shared_mutex_record) == 64);
PAWL_SHARED_ASSERT(sizeof(struct pawl_shared_header) == 152);
PAWL_SHARED_ASSERT(sizeof(struct pawl_shared_slot) == 64);
PAWL_SHARED_ASSERT(sizeof(struct pawl_shared_entry) == 128);
PAWL_SHARED_ASSERT(sizeof(struct pawl_shared_count) == 64);
PAWL_SHARED_ASSERT(sizeof(struct pawl_shared_rwlock_record) == 128);
PAWL_SHARED_ASSERT(sizeof(struct pawl_shared_semaphore_record) == 128);
PAWL_SHARED_ASSERT(sizeof(struct pawl_shared_condvar_record) == 64);
PAWL_SHARED_ASSERT(sizeof(struct pawl_shared_seqlock_record) == 128);

#endif
