#include "base/text/gzip.h"

#include <zlib.h>

#include <array>

namespace base {
namespace {

constexpr int kGzipFormat = 15 + 16;  // the largest window, with gzip's frame
constexpr int kMemory = 8;            // zlib's default
constexpr std::size_t kPart = 64 * 1024;

// zlib only reads from it.
void give(z_stream& stream, std::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

}  // namespace

std::optional<std::string> gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipFormat, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  give(stream, text);
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) return std::nullopt;
  return packed;
}

void EndStream::operator()(z_stream_s* stream) const {
  inflating ? inflateEnd(stream) : deflateEnd(stream);
  delete stream;
}

Gzip::Gzip() : stream_(new z_stream{}, EndStream{.inflating = false}) {
  if (deflateInit2(stream_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipFormat, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    stream_.reset();
  }
}

bool Gzip::feed(std::string_view bytes, bool last, std::string& packed) {
  if (!stream_) return false;
  give(*stream_, bytes);
  std::array<char, kPart> part;
  int said = Z_OK;
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(part.data());
    stream_->avail_out = part.size();
    said = deflate(stream_.get(), last ? Z_FINISH : Z_NO_FLUSH);
    if (said != Z_OK && said != Z_STREAM_END && said != Z_BUF_ERROR) return false;
    packed.append(part.data(), part.size() - stream_->avail_out);
  } while (stream_->avail_out == 0);
  return !last || said == Z_STREAM_END;
}

Gunzip::Gunzip() : stream_(new z_stream{}, EndStream{.inflating = true}) {
  if (inflateInit2(stream_.get(), kGzipFormat) != Z_OK) stream_.reset();
}

bool Gunzip::feed(std::string_view packed, const Take& take) {
  if (!stream_) return false;
  give(*stream_, packed);
  std::array<char, kPart> part;
  if (whole_) return packed.empty();
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(part.data());
    stream_->avail_out = part.size();
    const int said = inflate(stream_.get(), Z_NO_FLUSH);
    // Z_BUF_ERROR: all input is decompressed and the end has not been reached.
    if (said != Z_OK && said != Z_STREAM_END && said != Z_BUF_ERROR) return false;
    whole_ = said == Z_STREAM_END;
    const std::size_t got = part.size() - stream_->avail_out;
    if (got > 0 && !take(std::string_view(part.data(), got))) return false;
  } while (!whole_ && stream_->avail_out == 0);
  return stream_->avail_in == 0;
}

}  // namespace base
