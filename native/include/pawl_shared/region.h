/*
 * region.h: attaching to a region, and finding what lies in it.
 */
#ifndef PAWL_SHARED_REGION_H
#define PAWL_SHARED_REGION_H

#include "mutex.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#if defined(__linux__)
#  include <sys/statfs.h>
#else
#  include <sys/mount.h>
#  include <sys/param.h>
#endif

/* How long attaching waits for another that creates the region, in milliseconds. */
#define PAWL_SHARED_PATIENCE 10000

/* How many generations are skipped after a boot: more than a crash can have kept from the disk. */
#define PAWL_SHARED_RETIREMENT (UINT32_C(1) << 20)

/* Whether the file system gives its locks to other machines, or not to all that map the file. */
static inline int pawl_shared_is_remote(int file)
{
    struct statfs system;
    if (fstatfs(file, &system) != 0) {
        return 1;
    }
#if defined(__linux__)
    switch ((uint32_t)system.f_type) {
    case 0x6969:     /* NFS */
    case 0x517B:     /* SMB */
    case 0xFE534D42: /* SMB2 */
    case 0xFF534D42: /* CIFS */
    case 0x01021997: /* 9p */
    case 0x65735546: /* FUSE */
    case 0x00C36400: /* Ceph */
    case 0x5346414F: /* AFS */
    case 0x0BD00BD0: /* Lustre */
    case 0x01161970: /* GFS2 */
    case 0x7461636F: /* OCFS2 */
    case 0x73757245: /* Coda */
    case 0x0000564C: /* NCP */
    case 0x786F4256: /* VirtualBox's shared folders */
        return 1;
    default:
        return 0;
    }
#else
    return (system.f_flags & MNT_LOCAL) == 0;
#endif
}

/*
 * Whether a file may hold a region: 0, or why not. Whoever else may
 * read it could lock its bytes, and whoever may write could break it.
 */
static inline int32_t pawl_shared_check_file(int file, uint64_t *size)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        return pawl_shared_error(errno);
    }
    if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() || (status.st_mode & 077) != 0) {
        return PAWL_EACCES;
    }
    *size = (uint64_t)status.st_size;
    return pawl_shared_is_remote(file) ? PAWL_EOPNOTSUPP : 0;
}

static inline int32_t pawl_shared_lock_creation(int file)
{
    for (int32_t tries = 0;; tries++) {
        int32_t result = pawl_shared_byte_set(file, PAWL_PEER_BYTE - 1, F_WRLCK);
        if (result != PAWL_EAGAIN) {
            return result;
        }
        if (tries == PAWL_SHARED_PATIENCE) {
            return PAWL_EBUSY;
        }
        struct timespec pause = {0, PAWL_SHARED_MILLI};
        nanosleep(&pause, NULL);
    }
}

static inline void pawl_shared_unlock_creation(int file)
{
    pawl_shared_byte_set(file, PAWL_PEER_BYTE - 1, F_UNLCK);
}

/* Whether size bytes at offset lie where primitives do. */
static inline int pawl_shared_fits(const struct pawl_shared_region *region, uint64_t offset,
                                   uint64_t size)
{
    return offset % 64 == 0 && offset >= region->heap && offset <= region->size
           && size <= region->size - offset;
}

/* Reads the header of what is mapped, and believes nothing: 0, or why it is not to be used. */
static inline int32_t pawl_shared_check_header(struct pawl_shared_region *region)
{
    const struct pawl_shared_header *header = pawl_shared_header(region);
    if (__atomic_load_n(&header->magic, __ATOMIC_ACQUIRE) != PAWL_SHARED_MAGIC
        || header->order != PAWL_SHARED_ORDER) {
        return PAWL_EBADMSG;
    }
    if (header->version != PAWL_SHARED_VERSION || header->incompatible != 0) {
        return PAWL_EPROTONOSUPPORT;
    }
    uint32_t slot_table = header->slot_table;
    uint32_t directory = header->directory;
    region->slots = header->slots;
    region->entries = header->entries;
    region->heap = header->heap;
    if (header->size != region->size || region->slots == 0
        || region->slots > PAWL_SHARED_MAX_SLOTS || region->entries == 0
        || region->entries > PAWL_SHARED_MAX_ENTRIES || slot_table != PAWL_SHARED_PAGE
        || directory < slot_table + region->slots * sizeof(struct pawl_shared_slot)
        || region->heap < directory + region->entries * sizeof(struct pawl_shared_entry)
        || directory % 64 != 0 || region->heap % 64 != 0 || region->heap > region->size) {
        return PAWL_EBADMSG;
    }
    region->slot_table = (struct pawl_shared_slot *)(void *)(region->base + slot_table);
    region->directory = (struct pawl_shared_entry *)(void *)(region->base + directory);
    return 0;
}

/* The boot of this machine, zeros if it has no name. */
static inline void pawl_shared_boot_id(uint8_t boot[16])
{
    memset(boot, 0, 16);
    int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    char text[36];
    if (file < 0) {
        return;
    }
    if (read(file, text, sizeof text) == (ssize_t)sizeof text) {
        for (int i = 0, digits = 0; i < 36; i++) {
            char c = text[i];
            if (c != '-') {
                int value = c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
                boot[digits / 2] = (uint8_t)(boot[digits / 2] << 4 | (value & 15));
                digits++;
            }
        }
    }
    close(file);
}

/* When this process began, in ticks after boot; 0 where nobody tells. */
static inline uint64_t pawl_shared_started(void)
{
    char text[1024];
    int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    text[length > 0 ? length : 0] = 0;
    const char *field = strrchr(text, ')'); /* the second field, which may hold spaces */
    for (int i = 2; field != NULL && i < 22; i++) {
        field = strchr(field + 1, ' ');
    }
    uint64_t value = 0;
    for (const char *c = field == NULL ? "" : field + 1; *c >= '0' && *c <= '9'; c++) {
        value = value * 10 + (uint64_t)(*c - '0');
    }
    return value;
}

/* Whether another has one of the first slots, or nobody tells. */
static inline int pawl_shared_is_attached(const struct pawl_shared_region *region, uint32_t slots)
{
    for (uint32_t slot = 0; slot < slots; slot++) {
        if (pawl_shared_byte_held(region->file, PAWL_PEER_BYTE + slot) != 0) {
            return 1;
        }
    }
    return 0;
}

/* After a boot nobody from before it lives; if somebody does, it is on another machine. */
static inline int32_t pawl_shared_check_boot(const struct pawl_shared_region *region)
{
    uint8_t boot[16];
    uint8_t *recorded = pawl_shared_header(region)->boot;
    pawl_shared_boot_id(boot);
    if (memcmp(boot, recorded, sizeof boot) == 0) {
        return 0;
    }
    if (pawl_shared_is_attached(region, region->slots)) {
        return PAWL_EXDEV;
    }
    for (uint32_t slot = 0; slot < region->slots; slot++) { /* all that they left is of the dead */
        uint32_t *generation = &region->slot_table[slot].generation;
        uint32_t later = __atomic_load_n(generation, __ATOMIC_SEQ_CST) + PAWL_SHARED_RETIREMENT;
        __atomic_store_n(generation, later == 0 ? 1 : later, __ATOMIC_SEQ_CST);
    }
    memcpy(recorded, boot, sizeof boot);
    return 0;
}

/* Takes a free slot; its generation goes up after its byte has been taken. */
static inline int32_t pawl_shared_claim(struct pawl_shared_region *region, const char *label)
{
    for (uint32_t i = 0; i < region->slots; i++) {
        int32_t result = pawl_shared_byte_set(region->file, PAWL_PEER_BYTE + i, F_WRLCK);
        if (result == PAWL_EAGAIN) {
            continue;
        }
        if (result != 0) {
            return result;
        }
        struct pawl_shared_slot *slot = &region->slot_table[i];
        uint32_t generation = __atomic_load_n(&slot->generation, __ATOMIC_SEQ_CST) + 1;
        generation += generation == 0;
        __atomic_store_n(&slot->generation, generation, __ATOMIC_SEQ_CST);
        region->mine = (uint64_t)generation << 32 | (i + 1);
        slot->pid = getpid();
        slot->started = pawl_shared_started();
        slot->since = pawl_shared_millis();
        char text[sizeof slot->label] = {0};
        memcpy(text, label, strnlen(label, sizeof text));
        memcpy(slot->label, text, sizeof text);
        return 0;
    }
    return PAWL_EUSERS;
}

/* Maps the file of region, of region->size bytes: 0 or an error. */
static inline int32_t pawl_shared_map(struct pawl_shared_region *region)
{
    if (region->size < PAWL_SHARED_PAGE || region->size > SIZE_MAX / 2) {
        return PAWL_EBADMSG;
    }
    void *base = mmap(NULL, (size_t)region->size, PROT_READ | PROT_WRITE, MAP_SHARED, region->file,
                      0);
    if (base == MAP_FAILED) {
        return pawl_shared_error(errno);
    }
    region->base = (unsigned char *)base;
    return 0;
}

/* Leaves a region. What this program holds in it is that of a dead owner. */
static inline void pawl_shared_detach(struct pawl_shared_region *region)
{
    int saved = errno;
    if (region->base != NULL) {
        munmap(region->base, (size_t)region->size);
    }
    if (region->file >= 0) {
        close(region->file);
    }
    region->base = NULL;
    region->file = -1;
    errno = saved;
}

/* Joins what region->file holds, with the byte for creation taken. */
static inline int32_t pawl_shared_join(struct pawl_shared_region *region, const char *label)
{
    int32_t result = pawl_shared_map(region);
    if (result == 0) {
        result = pawl_shared_check_header(region);
    }
    if (result == 0) {
        result = pawl_shared_check_boot(region);
    }
    return result != 0 ? result : pawl_shared_claim(region, label);
}

static inline void pawl_shared_clear(struct pawl_shared_region *region, int file)
{
    memset(region, 0, sizeof *region);
    region->file = file;
    region->longest_slice = 100 * PAWL_SHARED_MILLI;
}

/*
 * Opens the file at path and takes the byte for creation, through replacements of the file. flags
 * are further ones of open. 0 or an error, after which nothing is open.
 */
static inline int32_t pawl_shared_open_locked(struct pawl_shared_region *region, const char *path,
                                              int flags)
{
    for (int rounds = 0; rounds < PAWL_SHARED_PATIENCE; rounds++) {
        pawl_shared_clear(region, open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
        if (region->file < 0) {
            return pawl_shared_error(errno);
        }
        int32_t result = pawl_shared_check_file(region->file, &region->size);
        if (result == 0) {
            result = pawl_shared_lock_creation(region->file);
        }
        struct stat mine;
        struct stat other;
        if (result == 0 && fstat(region->file, &mine) == 0 && lstat(path, &other) == 0
            && mine.st_dev == other.st_dev && mine.st_ino == other.st_ino) {
            region->size = (uint64_t)mine.st_size;
            return 0;
        }
        pawl_shared_detach(region);
        if (result != 0) {
            return result;
        }
    }
    return PAWL_EBUSY;
}

/* Ends what began with the byte for creation: keeps the region if result is 0, else leaves it. */
static inline int32_t pawl_shared_joined(struct pawl_shared_region *region, int32_t result)
{
    if (result == 0) {
        pawl_shared_unlock_creation(region->file);
    } else {
        pawl_shared_detach(region);
    }
    return result;
}

/*
 * Attaches this program to the region in the file at path; label, up to 32 bytes, is what others are
 * told of it. 0, or PAWL_ENOENT, PAWL_ELOOP, PAWL_EACCES (the file is another user's, may be read or
 * written by its group or by all, or is none), PAWL_EBADMSG, PAWL_EPROTONOSUPPORT, PAWL_EOPNOTSUPP, PAWL_EXDEV,
 * PAWL_EUSERS, PAWL_EBUSY (somebody has been creating it for ten seconds, or it is
 * replaced again and again), or another of the system.
 */
static inline int32_t pawl_shared_attach(struct pawl_shared_region *region, const char *path,
                                         const char *label)
{
    int saved = errno;
    int32_t result = pawl_shared_open_locked(region, path, 0);
    result = result != 0 ? result : pawl_shared_joined(region, pawl_shared_join(region, label));
    errno = saved;
    return result;
}

#if defined(__linux__)
/*
 * Attaches to the region in what descriptor refers to, such as memory of memfd_create. The
 * descriptor is not kept: one that is inherited shares its locks and proves nothing.
 */
static inline int32_t pawl_shared_attach_descriptor(struct pawl_shared_region *region,
                                                    int descriptor, const char *label)
{
    char path[32];
    int saved = errno;
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    pawl_shared_clear(region, open(path, O_RDWR | O_CLOEXEC));
    int32_t result = region->file < 0 ? pawl_shared_error(errno) : 0;
    struct stat status;
    if (result == 0 && fstat(region->file, &status) != 0) {
        result = pawl_shared_error(errno);
    }
    if (result == 0) {
        region->size = (uint64_t)status.st_size;
        result = pawl_shared_lock_creation(region->file);
    }
    if (result == 0) {
        result = pawl_shared_join(region, label);
    }
    result = pawl_shared_joined(region, result);
    errno = saved;
    return result;
}
#endif

/* The size of a primitive, of whose parameter it depends for some; 0 if there is no such kind. */
static inline uint64_t pawl_shared_size(const struct pawl_shared_region *region, uint32_t kind,
                                        uint32_t parameter)
{
    uint64_t slots = region->slots;
    switch (kind) {
    case PAWL_SHARED_MUTEX:
        return sizeof(struct pawl_shared_mutex_record);
    case PAWL_SHARED_RWLOCK:
        return sizeof(struct pawl_shared_rwlock_record) + slots * sizeof(struct pawl_shared_count);
    case PAWL_SHARED_SEMAPHORE:
        return sizeof(struct pawl_shared_semaphore_record)
               + slots * sizeof(struct pawl_shared_count);
    case PAWL_SHARED_CONDVAR:
        return sizeof(struct pawl_shared_condvar_record) + (slots * 8 + 63) / 64 * 64;
    case PAWL_SHARED_SEQLOCK:
        return sizeof(struct pawl_shared_seqlock_record) + ((uint64_t)parameter + 63) / 64 * 64;
    case PAWL_SHARED_DATA:
        return ((uint64_t)parameter + 63) / 64 * 64;
    default:
        return 0;
    }
}

/* The name as it stands in the directory: 0, or an error if it is empty or too long. */
static inline int32_t pawl_shared_pad(char padded[96], const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > 95) {
        return length == 0 ? PAWL_EINVAL : PAWL_ENAMETOOLONG;
    }
    memset(padded, 0, 96);
    memcpy(padded, name, length);
    return 0;
}

/*
 * Finds a primitive of this kind by its name: its place in this program's memory, and its parameter.
 * 0, PAWL_ENOENT, PAWL_EEXIST if the name is that of another kind, PAWL_EBADMSG if the directory is
 * damaged, PAWL_EINVAL or PAWL_ENAMETOOLONG.
 */
static inline int32_t pawl_shared_find(const struct pawl_shared_region *region, uint32_t kind,
                                       const char *name, void **place, uint32_t *parameter)
{
    char padded[96];
    int32_t result = pawl_shared_pad(padded, name);
    if (result != 0) {
        return result;
    }
    for (uint32_t i = 0; i < region->entries; i++) {
        const struct pawl_shared_entry *entry = &region->directory[i];
        if (__atomic_load_n(&entry->state, __ATOMIC_ACQUIRE) != 1
            || memcmp(entry->name, padded, sizeof padded) != 0) {
            continue;
        }
        if (__atomic_load_n(&entry->kind, __ATOMIC_RELAXED) != kind) {
            return PAWL_EEXIST;
        }
        uint64_t offset = __atomic_load_n(&entry->offset, __ATOMIC_RELAXED);
        *parameter = __atomic_load_n(&entry->parameter, __ATOMIC_RELAXED);
        if (!pawl_shared_fits(region, offset, pawl_shared_size(region, kind, *parameter))) {
            return PAWL_EBADMSG;
        }
        *place = region->base + offset;
        return 0;
    }
    return PAWL_ENOENT;
}

/* Finds a mutex by its name: 0, or as pawl_shared_find. */
static inline int32_t pawl_shared_mutex_find(struct pawl_shared_mutex *mutex,
                                             const struct pawl_shared_region *region,
                                             const char *name)
{
    void *place;
    uint32_t parameter;
    int32_t result = pawl_shared_find(region, PAWL_SHARED_MUTEX, name, &place, &parameter);
    if (result == 0) {
        mutex->region = region;
        mutex->record = (struct pawl_shared_mutex_record *)place;
    }
    return result;
}

/* Finds data by its name: its place and its size, or an error as of pawl_shared_find. */
static inline int32_t pawl_shared_data_find(void **place, uint32_t *size,
                                            const struct pawl_shared_region *region,
                                            const char *name)
{
    return pawl_shared_find(region, PAWL_SHARED_DATA, name, place, size);
}

#endif
