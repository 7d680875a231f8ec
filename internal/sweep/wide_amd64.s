#include "textflag.h"

// GRAM sets Y0 where one of the 32 bytes from SI on, which it has in Y1, begins the gram.
#define GRAM \
	VMOVDQU  (SI), Y1            \
	VPCMPEQB Y1, Y4, Y0          \
	VPCMPEQB 1(SI), Y5, Y3       \
	VPAND    Y3, Y0, Y0          \
	VPCMPEQB (SI)(R10*1), Y6, Y3 \
	VPAND    Y3, Y0, Y0          \
	VPCMPEQB (SI)(R11*1), Y7, Y3 \
	VPAND    Y3, Y0, Y0

// PAIR adds where they begin a pair.
#define PAIR(first, second) \
	VPCMPEQB Y1, first, Y2      \
	VPCMPEQB 1(SI), second, Y3  \
	VPAND    Y3, Y2, Y2         \
	VPOR     Y2, Y0, Y0

// MARK sets Y0 where they begin the gram or a pair, or are no text.
#define MARK \
	GRAM                   \
	PAIR(Y8, Y9)           \
	PAIR(Y10, Y11)         \
	PAIR(Y12, Y13)         \
	VPCMPGTB Y1, Y14, Y3   \ // less than ' ', or more than 127
	VPOR     Y3, Y0, Y0    \
	VPCMPEQB Y1, Y15, Y3   \ // 127
	VPOR     Y3, Y0, Y0

// BEGIN has what the lanes are in registers, the first byte in R8 and the last 32 in R9.
#define BEGIN \
	MOVQ    l+0(FP), DI        \
	MOVQ    data+8(FP), SI     \
	MOVQ    n+16(FP), CX       \
	MOVQ    320(DI), R10       \
	MOVQ    328(DI), R11       \
	MOVQ    SI, R8             \
	LEAQ    -32(SI)(CX*1), R9  \
	VMOVDQU 0(DI), Y4          \
	VMOVDQU 32(DI), Y5         \
	VMOVDQU 64(DI), Y6         \
	VMOVDQU 96(DI), Y7

// SWEEP looks at all, the last 32 once more where some of them were seen before.
#define SWEEP(what) \
loop:                          \
	CMPQ      SI, R9           \
	JA        tail             \
	what                       \
	VPMOVMSKB Y0, AX           \
	TESTL     AX, AX           \
	JNZ       found            \
	ADDQ      $32, SI          \
	JMP       loop             \
tail:                          \
	LEAQ      32(R9), AX       \
	CMPQ      SI, AX           \
	JE        none             \
	MOVQ      R9, SI           \
	what                       \
	VPMOVMSKB Y0, AX           \
	TESTL     AX, AX           \
	JNZ       found            \
none:                          \
	MOVQ      CX, ret+24(FP)   \
	VZEROUPPER                 \
	RET                        \
found:                         \
	BSFL      AX, AX           \
	SUBQ      R8, SI           \
	ADDQ      SI, AX           \
	MOVQ      AX, ret+24(FP)   \
	VZEROUPPER                 \
	RET

// func findMark(l *lanes, data *byte, n int) int
TEXT ·findMark(SB), NOSPLIT, $0-32
	BEGIN
	VMOVDQU      128(DI), Y8
	VMOVDQU      160(DI), Y9
	VMOVDQU      192(DI), Y10
	VMOVDQU      224(DI), Y11
	VMOVDQU      256(DI), Y12
	VMOVDQU      288(DI), Y13
	MOVL         $' ', AX
	VMOVQ        AX, X14
	VPBROADCASTB X14, Y14
	MOVL         $127, AX
	VMOVQ        AX, X15
	VPBROADCASTB X15, Y15
	SWEEP(MARK)

// func findGram(l *lanes, data *byte, n int) int
TEXT ·findGram(SB), NOSPLIT, $0-32
	BEGIN
	SWEEP(GRAM)

// What follows is the way of Muła and Lemire (https://arxiv.org/abs/1704.00605, 2018): the
// high and the low half of each character are looked up, of which the bits have none in
// common where it is of Base64; the high half tells what to add to have its six bits; and
// those are put together by multiplying.

// func decode(into, text *byte, n int) int
TEXT ·decode(SB), NOSPLIT, $0-32
	MOVQ           into+0(FP), DI
	MOVQ           text+8(FP), SI
	MOVQ           n+16(FP), CX
	MOVQ           SI, R8
	VBROADCASTI128 low<>(SB), Y8
	VBROADCASTI128 high<>(SB), Y9
	VBROADCASTI128 shift<>(SB), Y10
	VBROADCASTI128 order<>(SB), Y11
	VMOVDQU        words<>(SB), Y12
	MOVL           $0x2F2F2F2F, AX // of a byte that is looked up only these bits count; and '/'
	VMOVQ          AX, X13
	VPBROADCASTD   X13, Y13
	MOVL           $0x01400140, AX
	VMOVQ          AX, X14
	VPBROADCASTD   X14, Y14
	MOVL           $0x00011000, AX
	VMOVQ          AX, X15
	VPBROADCASTD   X15, Y15

	VPXOR          X7, X7, X7
	XORL           BX, BX // nothing was read twice

step:
	VMOVDQU    (SI), Y0
	VPSRLD     $4, Y0, Y1
	VPAND      Y13, Y1, Y1
	VPAND      Y13, Y0, Y2
	VPSHUFB    Y2, Y8, Y2
	VPSHUFB    Y1, Y9, Y3
	VPTEST     Y2, Y3
	JNZ        ends

	VPCMPEQB   Y13, Y0, Y2
	VPADDB     Y2, Y1, Y1
	VPSHUFB    Y1, Y10, Y1
	VPADDB     Y1, Y0, Y0
	VPMADDUBSW Y14, Y0, Y0
	VPMADDWD   Y15, Y0, Y0
	VPSHUFB    Y11, Y0, Y0
	VPERMD     Y0, Y12, Y0
	VMOVDQU    Y0, (DI)
	ADDQ       $32, SI
	ADDQ       $24, DI
	DECQ       CX
	JNZ        step

over:
	SUBQ       R8, SI
	MOVQ       SI, ret+24(FP)
	VZEROUPPER
	RET

ends:
	TESTL      BX, BX
	JNZ        over
	MOVL       $1, BX
	CMPQ       SI, R8
	JE         over               // there is nothing before them
	VPAND      Y2, Y3, Y2
	VPCMPEQB   Y2, Y7, Y2         // which are of Base64
	VPMOVMSKB  Y2, AX
	NOTL       AX
	BSFL       AX, AX             // how many come before the first that is none
	ANDQ       $~3, AX
	JZ         over
	LEAQ       -32(SI)(AX*1), SI  // the last whole 32 there are
	SHRQ       $2, AX
	LEAQ       (AX)(AX*2), AX
	LEAQ       -24(DI)(AX*1), DI
	MOVL       $1, CX
	JMP        step

// By the low half of a character.
DATA low<>+0(SB)/8, $0x1111111111111115
DATA low<>+8(SB)/8, $0x1A1B1B1B1A131111
GLOBL low<>(SB), RODATA|NOPTR, $16

// By its high half.
DATA high<>+0(SB)/8, $0x0804080402011010
DATA high<>+8(SB)/8, $0x1010101010101010
GLOBL high<>(SB), RODATA|NOPTR, $16

// What to add, by its high half, for '/' one less.
DATA shift<>+0(SB)/8, $0xB9B9BFBF04131000
DATA shift<>+8(SB)/8, $0x0000000000000000
GLOBL shift<>(SB), RODATA|NOPTR, $16

// The bytes of three in four, the highest first.
DATA order<>+0(SB)/8, $0x090A040506000102
DATA order<>+8(SB)/8, $0x808080800C0D0E08
GLOBL order<>(SB), RODATA|NOPTR, $16

// The words that hold them.
DATA words<>+0(SB)/8, $0x0000000100000000
DATA words<>+8(SB)/8, $0x0000000400000002
DATA words<>+16(SB)/8, $0x0000000600000005
DATA words<>+24(SB)/8, $0x0000000700000007
GLOBL words<>(SB), RODATA|NOPTR, $32
