// A mutex of a region is a lock of C++.
#include <pawl_shared.h>

#include <mutex>
#include <stdexcept>

namespace {

class Mutex {
public:
    Mutex(const pawl_shared_region &region, const char *name)
    {
        if (pawl_shared_mutex_find(&mutex_, &region, name) != 0) {
            throw std::runtime_error("no such mutex");
        }
    }

    void lock()
    {
        if (pawl_shared_mutex_lock(&mutex_, PAWL_FOREVER) != 0) {
            throw std::runtime_error("an owner died");
        }
    }

    void unlock() { pawl_shared_mutex_unlock(&mutex_); }

private:
    pawl_shared_mutex mutex_;
};

}

int main(int count, char **arguments)
{
    pawl_shared_region region;
    if (count != 2 || pawl_shared_create(&region, arguments[1], 65536, "plus") != 0
        || pawl_shared_define(&region, PAWL_SHARED_MUTEX, "lock", 0) != 0) {
        return 1;
    }
    Mutex mutex(region, "lock");
    { std::lock_guard<Mutex> guard(mutex); }
    { std::lock_guard<Mutex> guard(mutex); }
    pawl_shared_detach(&region);
    return unlink(arguments[1]);
}
