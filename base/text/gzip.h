// gzip (RFC 1952) for HTTP responses and files. The only file that uses zlib.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// zlib's stream type, declared here so that no header includes zlib.h.
struct z_stream_s;

namespace base {

// zlib's fastest level: a page of metrics shrinks to a fourteenth; compared with the default level it needs a
// third of the CPU and produces a tenth more bytes. nullopt when out of memory.
std::optional<std::string> gzip(std::string_view text);

struct EndStream {
  bool inflating = false;
  void operator()(z_stream_s* stream) const;
};

// Compresses a stream into one gzip file, at zlib's default level. Not thread-safe.
class Gzip {
 public:
  Gzip();
  // Appends the compressed bytes that are ready to `packed`; with `last`, all that remain. False when out of
  // memory. Do not call it again after `last`.
  [[nodiscard]] bool feed(std::string_view bytes, bool last, std::string& packed);

 private:
  std::unique_ptr<z_stream_s, EndStream> stream_;  // null: out of memory
};

// Decompresses one gzip file with one member, as Gzip writes it. Not thread-safe.
class Gunzip {
 public:
  Gunzip();
  using Take = std::function<bool(std::string_view)>;
  // Passes decompressed data to `take`, at most 64 KiB at a time. False when the file is not gzip or is
  // damaged, when data follows its end, or when `take` returns false.
  [[nodiscard]] bool feed(std::string_view packed, const Take& take);
  // Whether the end was reached and checksum and length match.
  bool whole() const { return whole_; }

 private:
  std::unique_ptr<z_stream_s, EndStream> stream_;
  bool whole_ = false;
};

}  // namespace base
