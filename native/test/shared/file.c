/* file.c: regions as files: making, attaching, finding, and refusing what is no region. */
#include "other.h"

#include <sys/stat.h>

static struct pawl_shared_region other;

TEST(shared_region_is_made_once_and_found_by_name)
{
    struct pawl_shared_region *region = new_region();
    void *place;
    uint32_t size;
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_DATA, "data", 100), 0);
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_DATA, "data", 100), 0);
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_DATA, "data", 101), PAWL_EEXIST);
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_MUTEX, "data", 0), PAWL_EEXIST);
    CHECK_EQ(pawl_shared_define(region, 99, "other", 0), PAWL_EINVAL);
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_MUTEX, "", 0), PAWL_EINVAL);
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_DATA, "large", 65536), PAWL_ENOSPC);
    CHECK_EQ(pawl_shared_create(&other, region_path(), 65536, "again"), 0);
    CHECK_EQ(pawl_shared_data_find(&place, &size, &other, "data"), 0);
    CHECK_EQ(size, 100);
    CHECK_EQ(pawl_shared_data_find(&place, &size, &other, "dat"), PAWL_ENOENT);
    CHECK(pawl_shared_my_slot(region) != pawl_shared_my_slot(&other));
}

TEST(shared_region_has_room_for_as_many_names_as_it_says)
{
    struct pawl_shared_region *region = new_region();
    char name[100];
    for (int i = 0; i < PAWL_SHARED_ENTRIES; i++) {
        snprintf(name, sizeof name, "%095d", i);
        CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_MUTEX, name, 0), 0);
    }
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_MUTEX, "one more", 0), PAWL_ENOSPC);
    snprintf(name, sizeof name, "%096d", 0);
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_MUTEX, name, 0), PAWL_ENAMETOOLONG);
}

/* Attaching after a change of the file that nobody is attached to. */
static int32_t attach_after(uint64_t offset, uint64_t value, int bytes)
{
    struct pawl_shared_region *region = new_region();
    memcpy(region->base + offset, &value, (size_t)bytes);
    pawl_shared_detach(region);
    return pawl_shared_attach(&other, region_path(), "other");
}

TEST(shared_region_with_a_damaged_header_is_refused)
{
    CHECK_EQ(attach_after(0, 0, 8), PAWL_EBADMSG);
    CHECK_EQ(attach_after(8, 2, 4), PAWL_EPROTONOSUPPORT);
    CHECK_EQ(attach_after(12, 0x04030201, 4), PAWL_EBADMSG);
    CHECK_EQ(attach_after(16, 1, 4), PAWL_EPROTONOSUPPORT);
    CHECK_EQ(attach_after(20, 1, 4), 0);
    CHECK_EQ(attach_after(24, 1 << 20, 8), PAWL_EBADMSG);
    CHECK_EQ(attach_after(32, 0, 4), PAWL_EBADMSG);
    CHECK_EQ(attach_after(32, 1025, 4), PAWL_EBADMSG);
    CHECK_EQ(attach_after(36, 65536 - 64, 4), PAWL_EBADMSG);
    CHECK_EQ(attach_after(36, 0, 4), PAWL_EBADMSG);
    CHECK_EQ(attach_after(40, 65536 - 64, 4), PAWL_EBADMSG);
    CHECK_EQ(attach_after(40, 4096, 4), PAWL_EBADMSG); /* upon the slots */
    CHECK_EQ(attach_after(44, 0, 4), PAWL_EBADMSG);
    CHECK_EQ(attach_after(44, 0xffffffff, 4), PAWL_EBADMSG);
    CHECK_EQ(attach_after(48, 8192, 8), PAWL_EBADMSG); /* upon the directory */
    CHECK_EQ(attach_after(48, 1 << 17, 8), PAWL_EBADMSG);
}

TEST(shared_region_with_a_damaged_entry_finds_nothing_outside)
{
    struct pawl_shared_region *region = new_region();
    const uint64_t offsets[] = {0, 4096, 65536, 65536 - 64 + 8, UINT64_MAX - 63, UINT64_C(1) << 63};
    void *place;
    uint32_t size;
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_DATA, "data", 64), 0);
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        region->directory[0].offset = offsets[i];
        CHECK_EQ(pawl_shared_data_find(&place, &size, region, "data"), PAWL_EBADMSG);
    }
    region->directory[0].offset = 65536 - 64;
    CHECK_EQ(pawl_shared_data_find(&place, &size, region, "data"), 0);
    region->directory[0].parameter = UINT32_MAX;
    CHECK_EQ(pawl_shared_data_find(&place, &size, region, "data"), PAWL_EBADMSG);
    pawl_shared_header(region)->heap_end = UINT64_MAX - 63;
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_MUTEX, "lock", 0), PAWL_EBADMSG);
    pawl_shared_header(region)->heap_end = 4096; /* the slots would be cleared */
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_MUTEX, "lock", 0), PAWL_EBADMSG);
}

TEST(shared_region_in_a_file_that_others_may_read_or_write_is_refused)
{
    new_region();
    CHECK_EQ(chmod(region_path(), 0620), 0);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), PAWL_EACCES);
    CHECK_EQ(chmod(region_path(), 0602), 0);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), PAWL_EACCES);
    CHECK_EQ(chmod(region_path(), 0640), 0);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), PAWL_EACCES);
    CHECK_EQ(chmod(region_path(), 0604), 0);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), PAWL_EACCES);
    CHECK_EQ(pawl_shared_attach(&other, "/dev/null", "other"), PAWL_EACCES);
    CHECK_EQ(chmod(region_path(), 0600), 0);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), 0);
}

TEST(shared_region_that_was_not_finished_is_made_anew)
{
    struct pawl_shared_region *region = new_region();
    pawl_shared_detach(region);
    CHECK_EQ(truncate(region_path(), 100), 0);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), PAWL_EBADMSG);
    CHECK_EQ(truncate(region_path(), 0), 0);
    CHECK_EQ(pawl_shared_create(&other, region_path(), 1 << 17, "other"), 0);
    CHECK_EQ((int64_t)other.size, 1 << 17);
    CHECK_EQ(pawl_shared_create(&other, region_path(), 100, "other"), PAWL_EINVAL);
}

TEST(shared_region_is_not_made_of_a_file_to_whose_former_one_somebody_is_attached)
{
    new_region();
    CHECK_EQ(truncate(region_path(), 0), 0);
    CHECK_EQ(pawl_shared_create(&other, region_path(), 65536, "other"), PAWL_EBUSY);
}

TEST(shared_region_is_made_of_a_marked_file_and_not_of_another)
{
    struct pawl_shared_region *region = new_region();
    pawl_shared_header(region)->magic = 0;
    pawl_shared_detach(region);
    CHECK_EQ(pawl_shared_create(&other, region_path(), 65536, "other"), PAWL_EBADMSG);
    region = new_region();
    pawl_shared_header(region)->magic = PAWL_SHARED_UNFINISHED;
    pawl_shared_detach(region);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), PAWL_EBADMSG);
    CHECK_EQ(pawl_shared_create(&other, region_path(), 65536, "other"), 0);
}

TEST(shared_region_admits_as_many_as_it_has_slots)
{
    new_region();
    static struct pawl_shared_region all[PAWL_SHARED_SLOTS];
    for (int i = 1; i < PAWL_SHARED_SLOTS; i++) {
        CHECK_EQ(pawl_shared_attach(&all[i], region_path(), "one of many"), 0);
    }
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "one too many"), PAWL_EUSERS);
    pawl_shared_detach(&all[9]);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "the next"), 0);
    CHECK_EQ(pawl_shared_my_slot(&other), 9);
}

TEST(shared_region_of_another_boot_is_refused_while_somebody_lives)
{
    struct pawl_shared_region *region = new_region();
    memset(pawl_shared_header(region)->boot, 7, 16);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), PAWL_EXDEV);
    pawl_shared_detach(region);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), 0);
    CHECK_EQ(other.slot_table[5].generation, PAWL_SHARED_RETIREMENT);
    pawl_shared_detach(&other);
    CHECK_EQ(pawl_shared_attach(&other, region_path(), "other"), 0);
    CHECK_EQ(other.slot_table[5].generation, PAWL_SHARED_RETIREMENT);
}
