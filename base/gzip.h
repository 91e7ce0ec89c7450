// gzip (RFC 1952), for answers and for files. The one file that speaks to zlib.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// zlib's own, which no header of ours includes.
struct z_stream_s;

namespace base {

// At zlib's fastest level: a page of metrics shrinks to a fourteenth, at a third of the usual level's work
// for a tenth more bytes. nullopt when there is no memory for it.
std::optional<std::string> gzip(std::string_view text);

struct EndStream {
  bool inflating = false;
  void operator()(z_stream_s* stream) const;
};

// Makes one gzip file of what it is fed, at zlib's usual level. Not thread-safe.
class Gzip {
 public:
  Gzip();
  // Appends to `packed` what there is to write by now; with `last`, the rest. False when there is no memory.
  // Nothing may follow the last.
  [[nodiscard]] bool feed(std::string_view bytes, bool last, std::string& packed);

 private:
  std::unique_ptr<z_stream_s, EndStream> stream_;  // null: no memory
};

// Reads one gzip file, of one member as Gzip makes it. Not thread-safe.
class Gunzip {
 public:
  Gunzip();
  using Take = std::function<bool(std::string_view)>;
  // Gives `take` what was unpacked, at most 64 KiB at a time. False when this is no gzip file or a damaged
  // one, when something follows its end, or as soon as `take` says so.
  [[nodiscard]] bool feed(std::string_view packed, const Take& take);
  // Its end has come, and what was unpacked fits its checksum and its length.
  bool whole() const { return whole_; }

 private:
  std::unique_ptr<z_stream_s, EndStream> stream_;
  bool whole_ = false;
};

}  // namespace base
