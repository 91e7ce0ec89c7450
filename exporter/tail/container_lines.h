// The bytes of the Docker Engine's log answer, made into lines.
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
  std::uint64_t at = 0;   // nanoseconds since 1970, as the engine noted it
  std::string_view text;  // without its newline; its first kMaxJoined bytes when it was joined of pieces
  std::uint64_t full_size = 0;  // as it was written
};

// The engine's time before a line, RFC 3339 with nanoseconds and a blank after it. nullopt: `text` does not
// begin so. `size`: of time and blank.
struct Stamp {
  std::uint64_t at = 0;
  std::size_t size = 0;
};
std::optional<Stamp> read_stamp(std::string_view text);

// Reads the answer of GET /containers/{id}/logs?timestamps=1, cut anywhere. Without a TTY every message has a
// header of 8 bytes (output, size in big endian); with one there are the messages alone. The engine splits a
// line at 16 KiB into messages without a newline that all bear the time of the first: those are joined. What
// a container wrote last, without a newline, is a line too: it is followed by a message of a later time, or
// by the end. A TTY's answer does not show where such a message ends; it does where a time follows that is
// later than the line's own. Source:
// https://docs.docker.com/engine/api/v1.41/#tag/Container/operation/ContainerAttach
class ContainerLines {
 public:
  static constexpr std::size_t kMaxJoined = 64 * 1024;
  static constexpr std::size_t kPiece = 16 * 1024;

  explicit ContainerLines(bool tty) : tty_(tty) {}

  // The buffer to append received bytes to, then call take().
  std::string& buffer() { return buffer_; }
  // The lines that have become complete, in the order of the answer. They are valid until done(), and nothing
  // may be appended before it. An error: this is no such answer.
  base::Result<std::span<const ContainerLine>> take();
  // The lines of the last take() are not needed any more.
  void done();
  // The answer has ended in good order: lines without newline are complete. Valid until done().
  std::span<const ContainerLine> finish();
  // The newest time seen of an output, of pieces too; 0: none yet.
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
  std::size_t used_ = 0;  // of the buffer
  std::vector<ContainerLine> lines_;
  std::deque<std::string> joined_;  // what lines_ refers to beside the buffer
  std::array<Pieces, kOutputs> pieces_;
  std::array<std::uint64_t, kOutputs> newest_{};
};

}  // namespace exporter::tail
