// The newest record, stored a second time beside the journal: a hash chain cannot detect that its end is
// missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace healer::journal {

// One line in a separate file, overwritten in place after each durable transaction. Only a new file is
// synced: after a crash or a power failure the file exists and is never ahead of the journal. A torn line is
// ignored.
class Head {
 public:
  explicit Head(std::string path) : path_(std::move(path)) {}
  ~Head();
  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;

  struct Place {
    std::uint64_t seq = 0;
    std::string hash;
  };
  // What was written last; nothing if the file does not exist or its line is invalid.
  std::optional<Place> read() const;
  // One short write; fsync only for a new file. Before the first record: 0 and first_link(). If the write
  // fails the old line stays, which is not ahead of the journal either.
  void write(std::uint64_t seq, std::string_view hash);

 private:
  void sync_new() const;

  std::string path_;
  int fd_ = -1;
};

}  // namespace healer::journal
