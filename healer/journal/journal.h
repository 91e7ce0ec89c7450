// Where the healer's memory survives it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "healer/record.h"

namespace healer::journal {

// Thread-safe.
class Journal {
 public:
  virtual ~Journal() = default;
  // All of `records` or none, durable on return: the sequence numbers, without gaps, in order. Blocks for one
  // fsync. After an error nothing of them is stored, and a later call may succeed.
  virtual base::Result<std::vector<std::uint64_t>> append(std::span<const Record> records) = 0;
  // Hands over everything, in order, one record at a time: the journal may be larger than what fits into
  // memory. `each` must not call the journal. After an error it has seen a part. Blocks.
  virtual base::Result<> load(const std::function<void(const Entry&)>& each) = 0;

  // What all records up to the last one amount to, in lines of text that only their writer reads: `save`
  // hands them over, one at a time, and must not call the journal. It takes the place of the one before, in
  // one transaction, durable on return. Blocks.
  using Lines = std::function<void(std::string_view)>;
  virtual base::Result<> checkpoint(const std::function<void(const Lines&)>& /*save*/) { return {}; }
  // Hands over the lines of the last checkpoint and then, like load(), the records after it; all of them
  // where there is none. Blocks.
  virtual base::Result<> recall(const std::function<base::Result<>(std::string_view)>& /*line*/,
                                const std::function<void(const Entry&)>& each) {
    return load(each);
  }
  // Records after the last checkpoint.
  virtual std::uint64_t since_checkpoint() const { return 0; }
  // Why the last append failed; nothing when it succeeded.
  virtual std::optional<std::string> last_error() const = 0;
  // Why the file of before could not be used and was put aside; nothing when it could.
  virtual std::optional<std::string> set_aside() const { return std::nullopt; }
  virtual std::uint64_t errors_total() const { return 0; }
  virtual std::uint64_t bytes() const { return 0; }
  virtual std::uint64_t records() const { return 0; }
};

}  // namespace healer::journal
