// Splits the Docker Engine's log response into lines.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace exporter::tail {

enum class Output : std::uint8_t { out, err };
inline constexpr int kOutputs = 2;
std::string_view name(Output output);  // "stdout", "stderr"

struct ContainerLine {
  Output output = Output::out;
  std::uint64_t at = 0;  // nanoseconds since 1970, from the engine
  std::string_view
      text;  // without its newline; only the first kMaxJoined bytes when it was joined from parts
  std::uint64_t full_size = 0;  // the full length
};

// The engine's time in front of a line, RFC 3339 with nanoseconds and a blank after it. nullopt: `text` does
// not begin with one. `size`: of time and blank.
struct Stamp {
  std::uint64_t at = 0;
  std::size_t size = 0;
};
std::optional<Stamp> read_stamp(std::string_view text);

// Reads the response of GET /containers/{id}/logs?timestamps=1, received in any parts. Without a TTY every
// message has a header of 8 bytes (output, size in big endian); with a TTY there are only the messages. The
// engine splits a line at 16 KiB into messages without a newline that all have the time of the first; those
// are joined. The last text of a container, without a newline, is a line too: it is followed by a message
// with a later time, or by the end. A TTY's response does not show where such a message ends, except where a
// time follows that is later than the line's own. Source:
// https://docs.docker.com/engine/api/v1.41/#tag/Container/operation/ContainerAttach
class ContainerLines {
 public:
  static constexpr std::size_t kMaxJoined = 64 * 1024;
  static constexpr std::size_t kPiece = 16 * 1024;

  explicit ContainerLines(bool tty) : tty_(tty) {}

  // The buffer to append received bytes to, then call take().
  std::string& buffer() { return buffer_; }
  // The lines that are complete now, in the order of the response. They are valid until done(); append
  // nothing before that. An error means that the data is not such a response.
  base::Result<std::span<const ContainerLine>> take();
  // The lines of the last take() are no longer needed.
  void done();
  // The response has ended without an error: lines without newline are complete. Valid until done().
  std::span<const ContainerLine> finish();
  // The newest time of an output, also of parts; 0: none yet.
  std::uint64_t newest(Output output) const { return newest_[static_cast<std::size_t>(output)]; }

 private:
  struct Pieces {
    std::uint64_t at = 0;
    std::uint64_t size = 0;  // 0: none
    std::string text;
  };

  base::Result<> take_framed();
  base::Result<> take_raw();
  base::Result<> take_first_pieces(std::string_view line);
  base::Result<> message(Output output, std::string_view message);
  void split(std::string_view line);
  void piece(Output output, std::uint64_t at, std::string_view text, bool last);
  void end_pieces(Output output);

  bool tty_;
  std::string buffer_;
  std::size_t used_ = 0;  // bytes of the buffer that are consumed
  std::vector<ContainerLine> lines_;
  std::deque<std::string> joined_;  // the texts of lines_ that are not in the buffer
  std::array<Pieces, kOutputs> pieces_;
  std::array<std::uint64_t, kOutputs> newest_{};
};

}  // namespace exporter::tail
