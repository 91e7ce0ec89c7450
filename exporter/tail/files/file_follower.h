// Follows the files of one source through any rotation and reads every line once.
//
// Each generation of a file is a strand of the pipeline, identified by device, inode and a hash of its first
// bytes. It is followed for as long as it exists, because a writer may still have a renamed file open. A file
// that is shorter than what was read of it, or that begins with other bytes, was truncated: the lines that
// were not read before are in the copy that copytruncate made, and the strand continues there.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/os/clock.h"
#include "exporter/tail/files/file_search.h"
#include "exporter/tail/files/log_file.h"
#include "exporter/tail/line_splitter.h"
#include "exporter/tail/pipeline.h"

namespace exporter::tail {

// Not thread-safe. It starts no thread and blocks only on the file system.
class FileFollower {
 public:
  struct Options {
    std::vector<std::string> patterns;  // absolute paths and glob(7) patterns
    bool from_beginning =
        false;  // files that exist when the source is new are read from their beginning rather than their end
  };
  FileFollower(Options options, std::shared_ptr<Pipeline> pipeline, const base::Clock& clock);

  // Looks for new, removed and renamed files.
  void find();
  // The file at `path`, as it was found, has changed: the next read() reads it. Returns whether it is known.
  bool touch(const std::string& path);
  // Reads every complete line of the files that find() saw changed or that were touched. Calls find() when
  // one of them turns out to be another file. A stop request ends it after the current chunk.
  void read(const std::stop_token& stop);

  std::set<std::string> folders() const { return search_.folders(); }

 private:
  using Inode = std::pair<std::uint64_t, std::uint64_t>;
  struct Generation {
    Pipeline::Strand strand = 0;
    FileId id;
    LineSplitter lines{0};
    std::optional<LogFile> file;  // open while there may be data to read
    bool found = false;           // it still has a name
    bool live = false;
    bool truncated = false;  // its file was truncated or replaced
    base::MonoTime lost{};   // since when it is truncated
    bool missed = false;     // it has neither a name nor an open file
    base::WallTime modified{};
    base::MonoTime grew{};
    std::string path;  // where it was found last
    bool due = true;   // there may be something to read
    // Its size and modification time when it was verified and read to its end: as long as they are the same,
    // it is neither opened nor read.
    struct Settled {
      std::uint64_t size = 0;
      base::WallTime modified{};
      bool operator==(const Settled&) const = default;
    };
    std::optional<Settled> settled;
  };

  struct UnmatchedFile {  // a file that is no known generation, opened when it was listed
    FoundFile found;
    LogFile file;
  };
  enum class Match { same, other, moved };
  bool match(std::vector<UnmatchedFile>& strangers);
  Match compare(Generation& generation, const FoundFile& found);
  static bool intact(const Generation& generation);
  void settle(Generation& generation, const FileStatus& status) const;
  bool learn_head(Generation& generation);
  bool add(FoundFile found, std::vector<UnmatchedFile>& strangers);
  void settle_orphans(std::vector<UnmatchedFile>& strangers);
  std::optional<UnmatchedFile> copy_of(const Generation& orphan, std::vector<UnmatchedFile>& strangers);
  void adopt(Generation& orphan, UnmatchedFile copy);
  void meet(UnmatchedFile stranger);
  bool is_copy_of_a_live_one(const UnmatchedFile& stranger);
  std::uint64_t first_offset(const UnmatchedFile& stranger) const;
  void begin(UnmatchedFile stranger, std::uint64_t offset);

  bool read(Generation& generation, const std::stop_token& stop);
  void rest(Generation& generation);
  void end(Generation& generation);
  void note(int open_error);

  const Options options_;
  const std::shared_ptr<Pipeline> pipeline_;
  const base::Clock& clock_;
  FileSearch search_;
  std::vector<Generation> generations_;
  std::set<Inode> copies_;       // copies of live files: they contain nothing new
  std::set<Inode> rewritten_;    // found by this find() with a known inode, but another content
  std::set<Inode> there_first_;  // found by the first find(), but could not be opened yet
  const bool new_source_;        // no line of it was ever read
  bool first_look_ = true;
  base::WallTime looked_;  // unknown files that were last written before this contain nothing new
  Trouble trouble_ = Trouble::none;
  std::string buffer_;
};

}  // namespace exporter::tail
