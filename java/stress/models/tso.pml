/*
 * The memory of x86 (x86-TSO). A store goes into the buffer of its process, first in, first out;
 * the process Memory moves it to memory at any later time. A process sees its own newest store. A
 * full fence, a read-modify-write and a volatile store wait until the own buffer is empty;
 * membarrier waits, in any order, until the buffer of each process has once been empty.
 *
 * The model that includes this defines
 *   PROCS         how many processes there are, those with the lowest identities; 2 to 4
 *   CELLS         how many variables are written by buffered stores
 *   DEPTH         the length of a buffer; a store into a full one waits
 *   committed(p)  what is noted when a store of process p has reached memory
 *
 * A variable that is only written by read-modify-writes and volatile stores is no cell but a
 * variable of the model, which is changed in one step with the test drained(_pid).
 */

typedef Buffer {
  byte used;
  byte cell[DEPTH];
  byte value[DEPTH]
}

byte memory[CELLS];
Buffer buffer[PROCS];

hidden byte scan;

#define drained(p) (buffer[p].used == 0)

/* A plain or a release store. */
inline store(c, v) {
  d_step {
    buffer[_pid].used < DEPTH ->
    buffer[_pid].cell[buffer[_pid].used] = c;
    buffer[_pid].value[buffer[_pid].used] = v;
    buffer[_pid].used++
  }
}

inline load(to, c) {
  d_step {
    to = memory[c];
    scan = 0;
    do
    :: scan < buffer[_pid].used ->
      if
      :: buffer[_pid].cell[scan] == c -> to = buffer[_pid].value[scan]
      :: else
      fi;
      scan++
    :: else -> break
    od
  }
}

inline cas(done, c, expected, v) {
  d_step {
    drained(_pid) ->
    done = (memory[c] == expected);
    if
    :: done -> memory[c] = v
    :: else
    fi
  }
}

inline full_fence() {
  drained(_pid)
}

/* A full fence, then one in each other process; todo is a local variable, 0 before and after. */
inline membarrier(todo) {
  atomic {
    drained(_pid) ->
    todo = ((1 << PROCS) - 1) & ~(1 << _pid)
  }
  do
  :: atomic { (todo & 1) && drained(0) -> todo = todo & ~1 }
  :: atomic { (todo & 2) && drained(1) -> todo = todo & ~2 }
#if PROCS > 2
  :: atomic { (todo & 4) && drained(2) -> todo = todo & ~4 }
#endif
#if PROCS > 3
  :: atomic { (todo & 8) && drained(3) -> todo = todo & ~8 }
#endif
  :: todo == 0 -> break
  od
}

/* The oldest store of a process reaches memory. */
inline commit(p) {
  d_step {
    buffer[p].used > 0 ->
    memory[buffer[p].cell[0]] = buffer[p].value[0];
    buffer[p].used--;
    committed(p);
    scan = 0;
    do
    :: scan < buffer[p].used ->
      buffer[p].cell[scan] = buffer[p].cell[scan + 1];
      buffer[p].value[scan] = buffer[p].value[scan + 1];
      scan++
    :: else -> break
    od;
    buffer[p].cell[scan] = 0;
    buffer[p].value[scan] = 0
  }
}

proctype Memory() {
end:
  do
  :: commit(0)
  :: commit(1)
#if PROCS > 2
  :: commit(2)
#endif
#if PROCS > 3
  :: commit(3)
#endif
  od
}
