// The journal's newest record, told once more beside it: a chain of hashes cannot see that its end is gone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace healer::journal {

// One line in a file of its own, overwritten in place after each transaction that is durable. Only a new file
// is synced: whatever a crash or a power cut leaves in it later, it is there, and never ahead of the journal.
// A line that is torn says nothing.
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
  // What was written last; nothing when there is no file, or nothing that could be believed in it.
  std::optional<Place> read() const;
  // One short write; no fsync but of a new file. Before the first record: 0 and first_link(). What cannot be
  // written is left as it was, which is not ahead either.
  void write(std::uint64_t seq, std::string_view hash);

 private:
  void sync_new() const;

  std::string path_;
  int fd_ = -1;
};

}  // namespace healer::journal
