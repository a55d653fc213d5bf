#include "CPlatform.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

/* CPUID, leaf 7: EBX bit 29 is SHA; leaf 1: ECX bit 19 is SSE4.1, bit 9 SSSE3. */
static int has_sha(void) {
  static int known = -1;
  int found = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (found >= 0) return found;
  unsigned a, b, c, d, features = 0;
  if (__get_cpuid(1, &a, &b, &c, &d)) features = c;
  found = (features >> 19 & 1) && (features >> 9 & 1) && __get_cpuid_count(7, 0, &a, &b, &c, &d)
    && (b >> 29 & 1);
  __atomic_store_n(&known, found, __ATOMIC_RELAXED);
  return found;
}

/* The instructions hold the words of the hash as `abef` and `cdgh`, the first one in the highest bits. */
__attribute__((target("sha,sse4.1,ssse3"))) static void add_blocks(
  uint32_t *state, const uint32_t *constants, const uint8_t *bytes, size_t blocks
) {
  const __m128i big_endian = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
  const __m128i first = _mm_loadu_si128((const __m128i *)state);
  const __m128i second = _mm_loadu_si128((const __m128i *)(state + 4));
  const __m128i badc = _mm_shuffle_epi32(first, 0xB1);
  const __m128i hgfe = _mm_shuffle_epi32(second, 0x1B);
  __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
  for (size_t block = 0; block < blocks; block++, bytes += 64) {
    const __m128i earlier_abef = abef, earlier_cdgh = cdgh;
    __m128i words[16];
    for (int group = 0; group < 16; group++) {
      if (group < 4) {
        words[group] = _mm_shuffle_epi8(
          _mm_loadu_si128((const __m128i *)(bytes + 16 * group)), big_endian);
      } else {
        const __m128i near = words[group - 1];
        const __m128i sum = _mm_add_epi32(
          _mm_sha256msg1_epu32(words[group - 4], words[group - 3]),
          _mm_alignr_epi8(near, words[group - 2], 4));
        words[group] = _mm_sha256msg2_epu32(sum, near);
      }
      const __m128i added = _mm_add_epi32(
        words[group], _mm_loadu_si128((const __m128i *)(constants + 4 * group)));
      /* Two rounds each. */
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(added, 0x0E));
    }
    abef = _mm_add_epi32(abef, earlier_abef);
    cdgh = _mm_add_epi32(cdgh, earlier_cdgh);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

int flexsh_add_sha256_blocks(
  uint32_t *state, const uint32_t *constants, const uint8_t *bytes, size_t blocks
) {
  if (!has_sha()) return -1;
  add_blocks(state, constants, bytes, blocks);
  return 0;
}

#else

int flexsh_add_sha256_blocks(
  uint32_t *state, const uint32_t *constants, const uint8_t *bytes, size_t blocks
) {
  (void)state, (void)constants, (void)bytes, (void)blocks;
  return -1;
}

#endif
