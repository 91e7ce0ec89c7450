// Follows the files of one source through whatever rotation does to them, every line once.
//
// Each generation of a file is a strand of the pipeline, known by device, inode and a hash of its first
// bytes, for as long as it exists: a writer that still holds a renamed file is heard. A file that is shorter
// than what was read of it, or begins otherwise, was truncated: what was not read of its former life is in
// the copy that copytruncate made, and the strand goes on there.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "exporter/tail/file_search.h"
#include "exporter/tail/line_splitter.h"
#include "exporter/tail/log_file.h"
#include "exporter/tail/pipeline.h"

namespace exporter::tail {

// Not thread-safe. It starts no thread and waits for nothing but the file system.
class FileFollower {
 public:
  struct Options {
    std::vector<std::string> patterns;  // absolute paths and glob(7) patterns
    bool from_beginning = false;        // of the files there are when the source is new; else from their ends
  };
  FileFollower(Options options, std::shared_ptr<Pipeline> pipeline, const base::Clock& clock);

  // Looks for files that have come, gone or changed their names.
  void find();
  // Takes every whole line that the known files have by now; find()s when one of them turns out to be
  // another. A stop ends it after the chunk at hand.
  void read(const std::stop_token& stop);

  std::set<std::string> folders() const { return search_.folders(); }

 private:
  using Inode = std::pair<std::uint64_t, std::uint64_t>;
  struct Generation {
    Pipeline::Strand strand = 0;
    FileId id;
    LineSplitter lines{0};
    std::optional<LogFile> file;  // open while there may be something to read
    bool found = false;           // it has a name still
    bool live = false;
    bool truncated = false;  // its file is another by now
    base::MonoTime lost{};   // since when it is truncated
    bool missed = false;     // it has neither name nor open file
    base::WallTime modified{};
    base::MonoTime grew{};
  };

  struct Stranger {  // a file that is no known generation, opened when it was listed
    FoundFile found;
    LogFile file;
  };
  enum class Match { same, other, moved };
  bool match(std::vector<Stranger>& strangers);
  Match compare(Generation& generation, const FoundFile& found);
  static bool intact(const Generation& generation);
  bool learn_head(Generation& generation);
  bool add(FoundFile found, std::vector<Stranger>& strangers);
  void settle_orphans(std::vector<Stranger>& strangers);
  std::optional<Stranger> copy_of(const Generation& orphan, std::vector<Stranger>& strangers);
  void adopt(Generation& orphan, Stranger copy);
  void meet(Stranger stranger);
  bool is_copy_of_a_live_one(const Stranger& stranger);
  std::uint64_t first_offset(const Stranger& stranger) const;
  void begin(Stranger stranger, std::uint64_t offset);

  bool read(Generation& generation, const std::stop_token& stop);
  void rest(Generation& generation);
  void end(Generation& generation);
  void note(int open_error);

  const Options options_;
  const std::shared_ptr<Pipeline> pipeline_;
  const base::Clock& clock_;
  FileSearch search_;
  std::vector<Generation> generations_;
  std::set<Inode> copies_;       // of a live file: nothing in them is news
  std::set<Inode> rewritten_;    // found at this look under a known inode, but another file
  std::set<Inode> there_first_;  // found at the first look of all, but not open yet
  const bool new_source_;        // nothing was ever taken of it
  bool first_look_ = true;
  base::WallTime looked_;  // what is older and yet unknown is old news
  Trouble trouble_ = Trouble::none;
  std::string buffer_;
};

}  // namespace exporter::tail
