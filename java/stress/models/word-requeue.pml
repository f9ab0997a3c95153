/*
 * Threads that wait in the queues of two words and are moved between them (WordQueue, WordRequest): one that began at
 * the first word and may give up, and then waits once more; one at the second. Two movers, from the first to the
 * second and back; when they have returned, the words change and all are woken. All is volatile or
 * read-modify-write, so there are no store buffers. A list and its lock are one step; a waiter is in the hands of its
 * mover until it is listed.
 *
 * R1  After all waits each queue counts nobody.
 * R2  A wake that follows a move reaches those that have been moved: none sleeps for ever.
 * R3  No record is used again that a mover has in its hands.
 *
 * Mutant BUCKET_LATE: a mover says in which queue a waiter is after it waits there.
 * Mutant COUNTED_TWICE: a mover counts a thread that comes back to where it began once more.
 * Mutant RETURNS_EARLY: a mover returns before the waiters are in the other queue.
 * Mutant NO_TRANSIT: a thread that gives up while it is moved counts itself off everywhere.
 * Mutant USED_AGAIN: the record of such a thread is used for its next wait.
 * Mutant BACK_UNSEEN: a record that comes back to where it began is used as one that has not been moved.
 * Mutant NOT_LEFT: a mover counts the thread off the queue where it began.
 */
#define FIRST 0
#define SECOND 1
#define NOWHERE 2

#define IDLE 0
#define CONDITION 1
#define WAITING 2
#define NOTIFIED 3
#define CANCELLED 4

/* Records: those of the two waits of the first thread, and that of the second thread. */
#define RECORDS 3

byte status[RECORDS];
byte bucket[RECORDS];
byte item[RECORDS];
bool inTransit[RECORDS];
bool abandoned[RECORDS];
bool inHand[RECORDS];   /* WAITING, and about to be listed by a mover */
byte listed[RECORDS];   /* in whose list or inbox */
short size[2];
byte returned;          /* how many movers have */
byte ended;             /* how many threads have, movers too */
bool changed;           /* the words hold what nobody waits for */

/* WaitQueue.announce, list */
inline arrive(r, queue) {
  item[r] = queue;
  bucket[r] = queue;
  inTransit[r] = false;
  size[queue]++;
  atomic { status[r] = WAITING; listed[r] = queue }
}

/* WordQueue.leave */
inline leave(r) {
  size[item[r]]--;
  if
  :: bucket[r] != item[r] && !inTransit[r] -> size[bucket[r]]--
  :: else
  fi
}

/* The loop of WordQueue.await, with cancelAnywhere */
inline await(r, mayGiveUp) {
  looked = changed;
  if
  :: status[r] == NOTIFIED
  :: atomic { (mayGiveUp || looked) && status[r] == WAITING -> status[r] = CANCELLED }; listed[r] = NOWHERE
  :: atomic { (mayGiveUp || looked) && status[r] == CONDITION -> status[r] = CANCELLED };
#ifndef NO_TRANSIT
     inTransit[r] = true
#endif
  fi
}

active proctype Waiter() {
  byte r = 0;
  bool looked;
  arrive(r, FIRST);
  await(r, true);
  leave(r);
  if
  :: status[r] == CANCELLED ->
#ifndef USED_AGAIN
     if
     :: inTransit[r] || bucket[r] != item[r] || abandoned[r] -> r = 1
     :: else -> assert(!inHand[r])
     fi;
#endif
     arrive(r, FIRST);
     await(r, false);
     leave(r)
  :: else
  fi;
  ended++
}

active proctype Other() {
  bool looked;
  arrive(2, SECOND);
  await(2, false);
  leave(2);
  ended++
}

/* WordQueue.select: who is taken out is in the hands of the mover. */
inline take(r, from) {
  if
  :: atomic { listed[r] == from && status[r] == WAITING ->
       listed[r] = NOWHERE; status[r] = CONDITION; taken[r] = true }
  :: atomic { else -> taken[r] = false }
  fi
}

/* WordQueue.hand */
inline hand(r, from, to) {
  if
  :: taken[r] ->
     home = item[r];
#ifndef BUCKET_LATE
     bucket[r] = to;
#endif
#ifndef BACK_UNSEEN
     if
     :: to == home -> abandoned[r] = true
     :: else
     fi;
#endif
     if
#ifdef COUNTED_TWICE
     :: true -> size[to]++
#else
     :: to != home -> size[to]++
     :: to == home
#endif
     fi;
     if
     :: atomic { status[r] == CONDITION -> status[r] = WAITING; inHand[r] = true };
        atomic { listed[r] = to; inHand[r] = false }
     :: atomic { else ->
          if
#ifdef COUNTED_TWICE
          :: true -> size[to]--
#else
          :: to != home -> size[to]--
          :: to == home
#endif
          fi }
     fi;
#ifdef BUCKET_LATE
     bucket[r] = to;
#endif
#ifdef NOT_LEFT
     size[from]--
#else
     if
     :: from != home -> size[from]--
     :: from == home
     fi
#endif
  :: else
  fi
}

/* WordQueue.requeue */
inline move(from, to) {
  take(0, from);
  take(1, from);
  take(2, from);
#ifdef RETURNS_EARLY
  returned++;
#endif
  hand(0, from, to);
  hand(1, from, to);
  hand(2, from, to);
#ifndef RETURNS_EARLY
  returned++;
#endif
  ended++
}

active proctype Forth() {
  bool taken[RECORDS];
  byte home;
  move(FIRST, SECOND)
}

active proctype Back() {
  bool taken[RECORDS];
  byte home;
  move(SECOND, FIRST)
}

/* WaitQueue.wake: the size first, then the first in the list */
inline wake(queue) {
  if
  :: size[queue] > 0 ->
     if
     :: atomic { listed[0] == queue && status[0] == WAITING -> listed[0] = NOWHERE; status[0] = NOTIFIED }
     :: atomic { listed[1] == queue && status[1] == WAITING -> listed[1] = NOWHERE; status[1] = NOTIFIED }
     :: atomic { listed[2] == queue && status[2] == WAITING -> listed[2] = NOWHERE; status[2] = NOTIFIED }
     :: else
     fi
  :: size[queue] == 0
  fi
}

active proctype Waker() {
  returned == 2;
  changed = true;
  wake(FIRST);
  wake(FIRST);
  wake(FIRST);
  wake(SECOND);
  wake(SECOND);
  wake(SECOND);
  ended++
}

active proctype End() {
  ended == 5;
  assert(size[FIRST] == 0 && size[SECOND] == 0)
}
