#include "base/text/gzip.h"

#include "tests/base/text/gunzip.h"
#include "tests/catch.h"

TEST_CASE("what is packed is unpacked to the same") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "x", std::string(1 << 20, 'a'), std::string("\0\xff\n", 3));
  const auto packed = base::gzip(text);
  REQUIRE(packed);
  CHECK(tests::gunzip(*packed) == text);
}

TEST_CASE("what repeats itself shrinks, and what cannot shrink hardly grows") {
  std::string page;
  std::string noise;
  std::uint32_t random = 1;
  for (int i = 0; i < 1000; ++i) {
    page += "salus_subsystem_state_present{subsystem=\"part_" + std::to_string(i) + "\"} 1\n";
    random = random * 1664525u + 1013904223u;
    noise += static_cast<char>(random >> 24);
  }
  CHECK(base::gzip(page)->size() < page.size() / 10);
  CHECK(base::gzip(noise)->size() < noise.size() + 100);
  CHECK(tests::gunzip(*base::gzip(noise)) == noise);
}

namespace {

// The file that Gzip makes of `text`, fed so many bytes at a time.
std::string packed_in_parts(const std::string& text, std::size_t part) {
  base::Gzip gzip;
  std::string packed;
  for (std::size_t at = 0; at < text.size(); at += part) {
    REQUIRE(gzip.feed(std::string_view(text).substr(at, part), false, packed));
  }
  REQUIRE(gzip.feed("", true, packed));
  return packed;
}

std::string noise(std::size_t size) {
  std::string bytes;
  std::uint32_t random = 1;
  while (bytes.size() < size) {
    random = random * 1664525u + 1013904223u;
    bytes += static_cast<char>(random >> 24);
  }
  return bytes;
}

}  // namespace

TEST_CASE("a file packed in parts is unpacked in parts to the same") {
  const std::string text = GENERATE(as<std::string>{}, "", "x", std::string(300'000, 'a'), noise(300'000));
  const std::size_t part = GENERATE(7777u, 65536u, 1'000'000u);
  const std::string packed = packed_in_parts(text, part);
  CHECK(tests::gunzip(packed) == text);
  base::Gunzip gunzip;
  std::string unpacked;
  for (std::size_t at = 0; at < packed.size(); at += part) {
    REQUIRE(gunzip.feed(std::string_view(packed).substr(at, part), [&](std::string_view bytes) {
      CHECK(bytes.size() <= 64 * 1024);
      unpacked += bytes;
      return true;
    }));
  }
  CHECK(gunzip.whole());
  CHECK(unpacked == text);
}

TEST_CASE("a file that was cut, damaged or gone on with is not whole") {
  const std::string packed = packed_in_parts(noise(1000), 1000);
  const auto take = [](std::string_view) { return true; };
  for (std::size_t size = 0; size < packed.size(); ++size) {
    base::Gunzip gunzip;
    CHECK(gunzip.feed(packed.substr(0, size), take));
    CHECK_FALSE(gunzip.whole());
  }
  std::string damaged = packed;
  damaged[500] ^= 1;
  CHECK_FALSE(base::Gunzip().feed(damaged, take));
  CHECK_FALSE(base::Gunzip().feed(packed + "x", take));
  CHECK_FALSE(base::Gunzip().feed("plain text", take));
  CHECK_FALSE(base::Gunzip().feed(packed, [](std::string_view) { return false; }));
}
