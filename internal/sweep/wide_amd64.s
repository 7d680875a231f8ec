#include "textflag.h"

// AT(offset) sets Y0 where one of the 32 bytes from offset on is out of bounds, or begins
// a pair.
#define AT(offset) \
	VMOVDQU   offset(SI), Y1  \
	VMOVDQU   offset+1(SI), Y2 \
	VPCMPGTB  Y1, Y10, Y0     \ // less than the least
	VPCMPGTB  Y11, Y1, Y3     \ // greater than the greatest
	VPOR      Y3, Y0, Y0      \
	VPCMPEQB  Y1, Y12, Y4     \
	VPCMPEQB  Y2, Y13, Y5     \
	VPAND     Y4, Y5, Y5      \
	VPOR      Y5, Y0, Y0      \
	VPCMPEQB  Y1, Y14, Y6     \
	VPCMPEQB  Y2, Y15, Y7     \
	VPAND     Y6, Y7, Y7      \
	VPOR      Y7, Y0, Y0

// func find(l *lanes, data *byte, n int) int
TEXT ·find(SB), NOSPLIT, $0-32
	MOVQ    l+0(FP), DI
	MOVQ    data+8(FP), SI
	MOVQ    n+16(FP), CX
	MOVQ    SI, R8            // the first byte
	LEAQ    -32(SI)(CX*1), R9 // the last 32
	VMOVDQU 0(DI), Y10
	VMOVDQU 32(DI), Y11
	VMOVDQU 64(DI), Y12
	VMOVDQU 96(DI), Y13
	VMOVDQU 128(DI), Y14
	VMOVDQU 160(DI), Y15

loop:
	CMPQ      SI, R9
	JA        tail
	AT(0)
	VPMOVMSKB Y0, AX
	TESTL     AX, AX
	JNZ       found
	ADDQ      $32, SI
	JMP       loop

tail:
	LEAQ      32(R9), AX
	CMPQ      SI, AX
	JE        none
	MOVQ      R9, SI          // some of these were seen before, and had nothing
	AT(0)
	VPMOVMSKB Y0, AX
	TESTL     AX, AX
	JNZ       found

none:
	MOVQ CX, ret+24(FP)
	VZEROUPPER
	RET

found:
	BSFL AX, AX
	SUBQ R8, SI
	ADDQ SI, AX
	MOVQ AX, ret+24(FP)
	VZEROUPPER
	RET
