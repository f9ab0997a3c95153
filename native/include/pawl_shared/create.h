/*
 * create.h: making a region, and putting primitives into it.
 *
 * Everything here can be killed at any step: an empty file, or one with the mark of an unfinished
 * region, is made a region by the next who creates it; any other file stays as it is. An entry of
 * the directory that is not complete is free.
 */
#ifndef PAWL_SHARED_CREATE_H
#define PAWL_SHARED_CREATE_H

#include "region.h"

#define PAWL_SHARED_SLOTS 64
#define PAWL_SHARED_ENTRIES 128

static inline int32_t pawl_shared_fill(int file, const void *from, size_t size, uint64_t offset)
{
    for (size_t done = 0; done < size;) {
        ssize_t written =
            pwrite(file, (const char *)from + done, size - done, (off_t)(offset + done));
        if (written < 0 && errno != EINTR) {
            return pawl_shared_error(errno);
        }
        done += written > 0 ? (size_t)written : 0;
    }
    return 0;
}

/*
 * Writes the mark, then zeros over the rest, so that no later store finds the disk full, then a
 * header. PAWL_EBUSY if somebody is attached to what was a region before it was truncated.
 */
static inline int32_t pawl_shared_format(struct pawl_shared_region *region, uint64_t size)
{
    static const char zeros[PAWL_SHARED_PAGE] = {0};
    const uint64_t mark = PAWL_SHARED_UNFINISHED;
    if (pawl_shared_is_attached(region, PAWL_SHARED_MAX_SLOTS)) {
        return PAWL_EBUSY;
    }
    if (ftruncate(region->file, 0) != 0) {
        return pawl_shared_error(errno);
    }
    int32_t result = pawl_shared_fill(region->file, &mark, sizeof mark, 0);
    for (uint64_t done = sizeof mark; result == 0 && done < size;) {
        size_t step = size - done < sizeof zeros ? (size_t)(size - done) : sizeof zeros;
        result = pawl_shared_fill(region->file, zeros, step, done);
        done += step;
    }
    region->size = size;
    result = result != 0 ? result : pawl_shared_map(region);
    if (result != 0) {
        return result;
    }
    struct pawl_shared_header *header = pawl_shared_header(region);
    header->version = PAWL_SHARED_VERSION;
    header->order = PAWL_SHARED_ORDER;
    header->size = size;
    header->slots = PAWL_SHARED_SLOTS;
    header->slot_table = PAWL_SHARED_PAGE;
    header->directory = PAWL_SHARED_PAGE + PAWL_SHARED_SLOTS * sizeof(struct pawl_shared_slot);
    header->entries = PAWL_SHARED_ENTRIES;
    header->heap = header->directory + PAWL_SHARED_ENTRIES * sizeof(struct pawl_shared_entry);
    header->heap_end = header->heap;
    pawl_shared_boot_id(header->boot);
    __atomic_store_n(&header->magic, PAWL_SHARED_MAGIC, __ATOMIC_RELEASE);
    munmap(region->base, (size_t)size);
    region->base = NULL;
    return 0;
}

/* Whether the file is empty, or has the mark of a region that is being made. */
static inline int pawl_shared_is_unfinished(const struct pawl_shared_region *region)
{
    uint64_t magic = 0;
    return region->size == 0
           || (pread(region->file, &magic, sizeof magic, 0) == (ssize_t)sizeof magic
               && magic == PAWL_SHARED_UNFINISHED);
}

/*
 * Attaches to the region in the file at path, and makes it first, of size bytes, if there is no file
 * or one that is empty or was not finished. Errors are those of pawl_shared_attach, PAWL_ENOSPC,
 * PAWL_EBUSY also if the file is empty and somebody is attached to what was in it, and PAWL_EINVAL if
 * size is less than 65536.
 */
static inline int32_t pawl_shared_create(struct pawl_shared_region *region, const char *path,
                                         uint64_t size, const char *label)
{
    if (size < 65536 || size > INT64_MAX / 2) {
        return PAWL_EINVAL;
    }
    int saved = errno;
    int32_t result = pawl_shared_open_locked(region, path, O_CREAT);
    if (result == 0) {
        result = pawl_shared_is_unfinished(region) ? pawl_shared_format(region, size) : 0;
        if (result == 0) {
            result = pawl_shared_join(region, label);
        }
        result = pawl_shared_joined(region, result);
    }
    errno = saved;
    return result;
}

/* Fills a free entry of the directory, with the region's mutex held. */
static inline int32_t pawl_shared_add(const struct pawl_shared_region *region, uint32_t kind,
                                      const char *name, uint32_t parameter)
{
    struct pawl_shared_header *header = pawl_shared_header(region);
    uint64_t size = pawl_shared_size(region, kind, parameter);
    uint64_t offset = header->heap_end;
    if (size == 0) {
        return PAWL_EINVAL;
    }
    if (!pawl_shared_fits(region, offset, 0)) {
        return PAWL_EBADMSG;
    }
    for (uint32_t i = 0; i < region->entries && size <= region->size - offset; i++) {
        struct pawl_shared_entry *entry = &region->directory[i];
        if (__atomic_load_n(&entry->state, __ATOMIC_ACQUIRE) == 1) {
            continue;
        }
        entry->kind = kind;
        entry->offset = offset;
        entry->size = size;
        entry->parameter = parameter;
        memset(region->base + offset, 0, (size_t)size);
        if (kind == PAWL_SHARED_SEMAPHORE) {
            struct pawl_shared_semaphore_record *record =
                (struct pawl_shared_semaphore_record *)(void *)(region->base + offset);
            record->permits = parameter;
        } else if (kind == PAWL_SHARED_SEQLOCK) {
            struct pawl_shared_seqlock_record *record =
                (struct pawl_shared_seqlock_record *)(void *)(region->base + offset);
            record->size = parameter;
        }
        pawl_shared_pad(entry->name, name);
        header->heap_end = offset + size;
        __atomic_store_n(&entry->state, 1, __ATOMIC_RELEASE);
        return 0;
    }
    return PAWL_ENOSPC;
}

/*
 * Puts a primitive into the region under this name unless it is there already; parameter is the
 * number of permits of a semaphore, the size in bytes of data or of the record of a seqlock, else 0.
 * 0, or PAWL_EEXIST if the name is that of another kind or parameter, PAWL_ENOSPC, PAWL_EINVAL,
 * PAWL_ENAMETOOLONG, PAWL_EBADMSG.
 */
static inline int32_t pawl_shared_define(const struct pawl_shared_region *region, uint32_t kind,
                                         const char *name, uint32_t parameter)
{
    void *place;
    uint32_t found = 0;
    struct pawl_shared_mutex mutex = {region, &pawl_shared_header(region)->mutex};
    pawl_shared_mutex_lock_forced(&mutex, PAWL_FOREVER);
    int32_t result = pawl_shared_find(region, kind, name, &place, &found);
    if (result == PAWL_ENOENT) {
        result = pawl_shared_add(region, kind, name, parameter);
    } else if (result == 0 && found != parameter) {
        result = PAWL_EEXIST;
    }
    pawl_shared_mutex_clear_poison(&mutex); /* each step leaves a directory that is whole */
    pawl_shared_mutex_unlock(&mutex);
    return result;
}

#endif
