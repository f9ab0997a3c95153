package io.pawl.internal.queue;

/**
 * Makes a stack overflow come before a change that must not be left half done, instead of in the
 * middle of it.
 */
@SuppressWarnings("UnusedVariable") // variables that are nothing but room in a frame
public final class StackRoom {

  /*
   * Algorithm. A method declares so many variables that its frame takes half of the room, and calls
   * itself once. The interpreter takes a frame as it is declared, so two of them take all of it.
   * Compiled code keeps none of the variables, but it may have to hand its frames to the interpreter
   * at any call, which must not overflow the stack then; so HotSpot has a compiled method try the
   * stack, where it is entered, as far down as the frames of the interpreter would reach for it and
   * for what is compiled into it, which is the method once more. That is a store for each page. The
   * call of that one is never taken, but is not known to be, as the number of calls is read from a
   * volatile field: without a call the compiler would leave out the check, and with a number that it
   * knows the call.
   *
   * Room. Compiled code makes sure of whole pages only: of 4 KiB for a step, 16 KiB for a wake and
   * 24 KiB for what leads to one, with pages of 4 KiB. With pages of 16 KiB it makes sure of nothing for
   * a step or a wait, and of 16 KiB for a wake and for what leads to one; with pages of 64 KiB of nothing
   * at all. The interpreter does in any case. A step or two
   * take less than that of a step. A wake goes through the frames of a native call, a dozen method
   * handles among them. A wait survives an overflow in these, which it leaves behind before it puts
   * things in order, and then wakes whoever comes next without asking whether that is of use: it is
   * content with the room of a step.
   *
   * Order. What makes sure of more comes before what makes sure of less: close, wake, step.
   */
  private static volatile int once = 1;

  private StackRoom() {}

  /**
   * Makes sure that there is room for changing a state or two, where nobody has to be woken.
   *
   * @throws StackOverflowError unless there is
   */
  public static void forStep() {
    step(once);
  }

  /**
   * Makes sure that there is room for the frames of a wait.
   *
   * @throws StackOverflowError unless there is
   */
  static void forWait() {
    step(once);
  }

  /**
   * Makes sure that there is room for the frames of a wake.
   *
   * @throws StackOverflowError unless there is
   */
  public static void forWake() {
    wake(once);
  }

  /**
   * Makes sure that there is room for closing something, which may make sure of a wake itself.
   *
   * @throws StackOverflowError unless there is
   */
  public static void forClose() {
    close(once);
  }

  private static void step(int again) {
    if (again > 0) {
      long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
      long c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9;
      long e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9;
      long g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9;
      long i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, j0, j1, j2, j3, j4, j5, j6, j7, j8, j9;
      long k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, l0, l1, l2, l3, l4, l5, l6, l7, l8, l9;
      long m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, n0, n1, n2, n3, n4, n5, n6, n7, n8, n9;
      long o0, o1, o2, o3, o4, o5, o6, o7, o8, o9;
      step(again - 1);
    }
  }

  private static void wake(int again) {
    if (again > 0) {
      long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
      long c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9;
      long e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9;
      long g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9;
      long i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, j0, j1, j2, j3, j4, j5, j6, j7, j8, j9;
      long k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, l0, l1, l2, l3, l4, l5, l6, l7, l8, l9;
      long m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, n0, n1, n2, n3, n4, n5, n6, n7, n8, n9;
      long o0, o1, o2, o3, o4, o5, o6, o7, o8, o9, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9;
      long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9;
      long s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9;
      long u0, u1, u2, u3, u4, u5, u6, u7, u8, u9, v0, v1, v2, v3, v4, v5, v6, v7, v8, v9;
      long w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, x0, x1, x2, x3, x4, x5, x6, x7, x8, x9;
      long y0, y1, y2, y3, y4, y5, y6, y7, y8, y9, z0, z1, z2, z3, z4, z5, z6, z7, z8, z9;
      long aa0, aa1, aa2, aa3, aa4, aa5, aa6, aa7, aa8, aa9, ab0, ab1, ab2, ab3, ab4, ab5;
      long ab6, ab7, ab8, ab9, ac0, ac1, ac2, ac3, ac4, ac5, ac6, ac7, ac8, ac9, ad0, ad1;
      long ad2, ad3, ad4, ad5, ad6, ad7, ad8, ad9, ae0, ae1, ae2, ae3, ae4, ae5, ae6, ae7;
      long ae8, ae9, af0, af1, af2, af3, af4, af5, af6, af7, af8, af9, ag0, ag1, ag2, ag3;
      long ag4, ag5, ag6, ag7, ag8, ag9, ah0, ah1, ah2, ah3, ah4, ah5, ah6, ah7, ah8, ah9;
      long ai0, ai1, ai2, ai3, ai4, ai5, ai6, ai7, ai8, ai9, aj0, aj1, aj2, aj3, aj4, aj5;
      long aj6, aj7, aj8, aj9, ak0, ak1, ak2, ak3, ak4, ak5, ak6, ak7, ak8, ak9, al0, al1;
      long al2, al3, al4, al5, al6, al7, al8, al9, am0, am1, am2, am3, am4, am5, am6, am7;
      long am8, am9, an0, an1, an2, an3, an4, an5, an6, an7, an8, an9, ao0, ao1, ao2, ao3;
      long ao4, ao5, ao6, ao7, ao8, ao9, ap0, ap1, ap2, ap3, ap4, ap5, ap6, ap7, ap8, ap9;
      long aq0, aq1, aq2, aq3, aq4, aq5, aq6, aq7, aq8, aq9, ar0, ar1, ar2, ar3, ar4, ar5;
      long ar6, ar7, ar8, ar9, as0, as1, as2, as3, as4, as5, as6, as7, as8, as9, at0, at1;
      long at2, at3, at4, at5, at6, at7, at8, at9, au0, au1, au2, au3, au4, au5, au6, au7;
      long au8, au9, av0, av1, av2, av3, av4, av5, av6, av7, av8, av9, aw0, aw1, aw2, aw3;
      long aw4, aw5, aw6, aw7, aw8, aw9, ax0, ax1, ax2, ax3, ax4, ax5, ax6, ax7, ax8, ax9;
      long ay0, ay1, ay2, ay3, ay4, ay5, ay6, ay7, ay8, ay9, az0, az1, az2, az3, az4, az5;
      long az6, az7, az8, az9;
      wake(again - 1);
    }
  }

  private static void close(int again) {
    if (again > 0) {
      long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
      long c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9;
      long e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9;
      long g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9;
      long i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, j0, j1, j2, j3, j4, j5, j6, j7, j8, j9;
      long k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, l0, l1, l2, l3, l4, l5, l6, l7, l8, l9;
      long m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, n0, n1, n2, n3, n4, n5, n6, n7, n8, n9;
      long o0, o1, o2, o3, o4, o5, o6, o7, o8, o9, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9;
      long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9;
      long s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9;
      long u0, u1, u2, u3, u4, u5, u6, u7, u8, u9, v0, v1, v2, v3, v4, v5, v6, v7, v8, v9;
      long w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, x0, x1, x2, x3, x4, x5, x6, x7, x8, x9;
      long y0, y1, y2, y3, y4, y5, y6, y7, y8, y9, z0, z1, z2, z3, z4, z5, z6, z7, z8, z9;
      long aa0, aa1, aa2, aa3, aa4, aa5, aa6, aa7, aa8, aa9, ab0, ab1, ab2, ab3, ab4, ab5;
      long ab6, ab7, ab8, ab9, ac0, ac1, ac2, ac3, ac4, ac5, ac6, ac7, ac8, ac9, ad0, ad1;
      long ad2, ad3, ad4, ad5, ad6, ad7, ad8, ad9, ae0, ae1, ae2, ae3, ae4, ae5, ae6, ae7;
      long ae8, ae9, af0, af1, af2, af3, af4, af5, af6, af7, af8, af9, ag0, ag1, ag2, ag3;
      long ag4, ag5, ag6, ag7, ag8, ag9, ah0, ah1, ah2, ah3, ah4, ah5, ah6, ah7, ah8, ah9;
      long ai0, ai1, ai2, ai3, ai4, ai5, ai6, ai7, ai8, ai9, aj0, aj1, aj2, aj3, aj4, aj5;
      long aj6, aj7, aj8, aj9, ak0, ak1, ak2, ak3, ak4, ak5, ak6, ak7, ak8, ak9, al0, al1;
      long al2, al3, al4, al5, al6, al7, al8, al9, am0, am1, am2, am3, am4, am5, am6, am7;
      long am8, am9, an0, an1, an2, an3, an4, an5, an6, an7, an8, an9, ao0, ao1, ao2, ao3;
      long ao4, ao5, ao6, ao7, ao8, ao9, ap0, ap1, ap2, ap3, ap4, ap5, ap6, ap7, ap8, ap9;
      long aq0, aq1, aq2, aq3, aq4, aq5, aq6, aq7, aq8, aq9, ar0, ar1, ar2, ar3, ar4, ar5;
      long ar6, ar7, ar8, ar9, as0, as1, as2, as3, as4, as5, as6, as7, as8, as9, at0, at1;
      long at2, at3, at4, at5, at6, at7, at8, at9, au0, au1, au2, au3, au4, au5, au6, au7;
      long au8, au9, av0, av1, av2, av3, av4, av5, av6, av7, av8, av9, aw0, aw1, aw2, aw3;
      long aw4, aw5, aw6, aw7, aw8, aw9, ax0, ax1, ax2, ax3, ax4, ax5, ax6, ax7, ax8, ax9;
      long ay0, ay1, ay2, ay3, ay4, ay5, ay6, ay7, ay8, ay9, az0, az1, az2, az3, az4, az5;
      long az6, az7, az8, az9, ba0, ba1, ba2, ba3, ba4, ba5, ba6, ba7, ba8, ba9, bb0, bb1;
      long bb2, bb3, bb4, bb5, bb6, bb7, bb8, bb9, bc0, bc1, bc2, bc3, bc4, bc5, bc6, bc7;
      long bc8, bc9, bd0, bd1, bd2, bd3, bd4, bd5, bd6, bd7, bd8, bd9, be0, be1, be2, be3;
      long be4, be5, be6, be7, be8, be9, bf0, bf1, bf2, bf3, bf4, bf5, bf6, bf7, bf8, bf9;
      long bg0, bg1, bg2, bg3, bg4, bg5, bg6, bg7, bg8, bg9, bh0, bh1, bh2, bh3, bh4, bh5;
      long bh6, bh7, bh8, bh9, bi0, bi1, bi2, bi3, bi4, bi5, bi6, bi7, bi8, bi9, bj0, bj1;
      long bj2, bj3, bj4, bj5, bj6, bj7, bj8, bj9, bk0, bk1, bk2, bk3, bk4, bk5, bk6, bk7;
      long bk8, bk9, bl0, bl1, bl2, bl3, bl4, bl5, bl6, bl7, bl8, bl9, bm0, bm1, bm2, bm3;
      long bm4, bm5, bm6, bm7, bm8, bm9, bn0, bn1, bn2, bn3, bn4, bn5, bn6, bn7, bn8, bn9;
      long bo0, bo1, bo2, bo3, bo4, bo5, bo6, bo7, bo8, bo9, bp0, bp1, bp2, bp3, bp4, bp5;
      long bp6, bp7, bp8, bp9, bq0, bq1, bq2, bq3, bq4, bq5, bq6, bq7, bq8, bq9, br0, br1;
      long br2, br3, br4, br5, br6, br7, br8, br9, bs0, bs1, bs2, bs3, bs4, bs5, bs6, bs7;
      long bs8, bs9, bt0, bt1, bt2, bt3, bt4, bt5, bt6, bt7, bt8, bt9, bu0, bu1, bu2, bu3;
      long bu4, bu5, bu6, bu7, bu8, bu9, bv0, bv1, bv2, bv3, bv4, bv5, bv6, bv7, bv8, bv9;
      long bw0, bw1, bw2, bw3, bw4, bw5, bw6, bw7, bw8, bw9, bx0, bx1, bx2, bx3, bx4, bx5;
      long bx6, bx7, bx8, bx9, by0, by1, by2, by3, by4, by5, by6, by7, by8, by9;
      close(again - 1);
    }
  }
}
