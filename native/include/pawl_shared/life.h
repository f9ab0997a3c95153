/*
 * life.h: who is attached to a region, and who of them lives.
 *
 * Each attached program holds the locked byte of its slot. The system unlocks the byte when the
 * program is gone, however it ended; nothing else tells that somebody is dead. The generation of the
 * slot tells one who had it from the next.
 */
#ifndef PAWL_SHARED_LIFE_H
#define PAWL_SHARED_LIFE_H

#include "system.h"

/* A region that this program is attached to. The fields are not for programs. */
struct pawl_shared_region {
    unsigned char *base;
    uint64_t size;
    uint64_t mine; /* the lock word of an owner that is this program: generation, slot + 1 */
    struct pawl_shared_slot *slot_table;
    struct pawl_shared_entry *directory;
    uint64_t heap;         /* where primitives begin */
    int64_t longest_slice; /* of a wait, in nanoseconds: so late is a death noticed */
    uint32_t slots;
    uint32_t entries;
    int file;
};

static inline struct pawl_shared_header *pawl_shared_header(const struct pawl_shared_region *region)
{
    return (struct pawl_shared_header *)(void *)region->base;
}

/* This program's slot. */
static inline uint32_t pawl_shared_my_slot(const struct pawl_shared_region *region)
{
    return (uint32_t)(region->mine & PAWL_SHARED_OWNER) - 1;
}

/* A count that names this program. */
static inline uint64_t pawl_shared_my_count(const struct pawl_shared_region *region, uint32_t count)
{
    return (region->mine & ~UINT64_C(0xffffffff)) | count;
}

/*
 * Whether who had slot in generation is gone. A slot that no region has is that of nobody. Where the
 * system does not answer, somebody lives.
 */
static inline int pawl_shared_is_dead(const struct pawl_shared_region *region, uint32_t slot,
                                      uint32_t generation)
{
    if (slot >= region->slots
        || __atomic_load_n(&region->slot_table[slot].generation, __ATOMIC_SEQ_CST) != generation) {
        return 1;
    }
    if (slot == pawl_shared_my_slot(region)) {
        return 0; /* the system does not tell of one's own byte */
    }
    return pawl_shared_byte_held(region->file, PAWL_PEER_BYTE + slot) == 0;
}

/* Whether the owner in a lock word is gone. */
static inline int pawl_shared_owner_is_dead(const struct pawl_shared_region *region, uint64_t word)
{
    return pawl_shared_is_dead(region, (uint32_t)(word & PAWL_SHARED_OWNER) - 1,
                               (uint32_t)(word >> 32));
}

static inline void pawl_shared_count_death(const struct pawl_shared_region *region)
{
    __atomic_add_fetch(&pawl_shared_header(region)->deaths, 1, __ATOMIC_SEQ_CST);
}

/* How many deaths have been noticed. */
static inline uint32_t pawl_shared_deaths(const struct pawl_shared_region *region)
{
    return __atomic_load_n(&pawl_shared_header(region)->deaths, __ATOMIC_SEQ_CST);
}

/*
 * How long to wait before looking again: from one millisecond on twice as long each time, and no
 * longer than until deadline. slice is 0 before the first.
 */
static inline int64_t pawl_shared_slice(const struct pawl_shared_region *region, int64_t *slice,
                                        int64_t now, int64_t deadline)
{
    *slice = *slice == 0 ? PAWL_SHARED_MILLI : 2 * *slice;
    if (*slice > region->longest_slice) {
        *slice = region->longest_slice;
    }
    return deadline - now < *slice ? deadline - now : *slice;
}

#endif
