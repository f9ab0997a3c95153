/* The state of the lock and its queue; see lock.pml, which is included after the fences. */

#define THREADS 3
#define PROCS THREADS
#define CELLS 2
#define DEPTH 2

#define MAX_ELECTIONS 1

#define STATE 0
#define HEIR 1     /* 1 while a woken thread is on its way, or an elected newcomer spins */
#define FREE 0
#define HELD 1

/* A release that has found the queue empty and has not reached memory. */
bool missed[THREADS];
#define committed(t) missed[t] = (missed[t] && !drained(t))

#include "tso.pml"

byte size;              /* announced, not departed */
byte elections;         /* since a woken heir acquired the lock */
byte past;              /* how many of them have acquired it past those listed */
bool waiting[THREADS];  /* listed */
byte inside;            /* hold the lock */

#ifdef ELECTIONS_WITHOUT_END
#define mayElect true
#else
#define mayElect (elections < MAX_ELECTIONS)
#endif

#define hasListed (waiting[0] || waiting[1] || waiting[2])

#define assertP1 assert(inside == 1)
#define assertP2 assert(size == 0 && memory[HEIR] == 0 && memory[STATE] == FREE)
#define assertP4 assert(past <= MAX_ELECTIONS)
#define assertP3 assert(!missed[0] && !missed[1] && !missed[2])

inline noteSize() {
  d_step {
    seen = size;
    missed[_pid] = (seen == 0 && !drained(_pid))
  }
}
