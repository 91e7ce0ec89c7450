// The policy as a file that is replaced atomically, for programs without HTTP.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/os/reserved_file.h"
#include "base/result.h"
#include "healer/engine/effects.h"

namespace healer {

// The document as text of at most `bytes` bytes. If it is longer, its last causes are left out and counted.
std::string document_within(const PolicyDocument& document, std::size_t bytes);

class PolicyFile {
 public:
  // Replaces `path` with the document, durably. If that fails, for lack of space or for another reason, the
  // reserve beside the file is used. If that fails as well, the file is removed, or emptied if its folder is
  // not writable: a reader that finds nothing opens no position. An error: readers do not find this document.
  // Problems are logged when they begin and when they end. The file at a path that is no longer configured is
  // removed; an empty path means none. One call at a time.
  base::Result<> publish(const std::string& path, const PolicyDocument& document);
  // Failed writes, including those that succeeded from the reserve. Thread-safe.
  std::uint64_t errors_total() const { return errors_; }
  // Reserved files, ready to be used when the disk is full. Thread-safe.
  int spares() const { return spares_; }
  // Neither written nor removed: readers still find an older document. Thread-safe.
  bool stuck() const { return state_ == State::kStuck; }

 private:
  enum class State { kWritten, kReserve, kRemoved, kStuck };
  void move_to(const std::string& path);
  void prepare();
  State write(const PolicyDocument& document, std::string& error);
  void log_change(State before, State now, const std::string& error) const;

  std::optional<base::ReservedFile> file_;
  bool prepared_ = true;  // as logged
  std::atomic<State> state_ = State::kWritten;
  std::atomic<std::uint64_t> errors_ = 0;
  std::atomic<int> spares_ = 0;
};

}  // namespace healer
