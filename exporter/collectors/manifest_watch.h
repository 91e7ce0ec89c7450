// One manifest and its files, looked at again and again: reading only what has changed, and no more at a time
// than it is allowed to.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file_hash.h"
#include "base/manifest.h"
#include "exporter/collectors/file_facts.h"

namespace exporter::collectors {

// How much may still be read in this run.
struct ReadBudget {
  std::size_t bytes = 0;
  base::Deadline until;
  bool spent() const { return bytes == 0 || until.passed(); }
};

// A file that the manifest names.
struct ManifestFile {
  base::ManifestEntry entry;
  std::string path;
  std::optional<FileFacts> facts{};          // of the newest look; nullopt: missing
  std::optional<bool> intact{};              // nullopt: not known, or cannot be read
  std::optional<base::FileIdentity> seen{};  // the content that `intact` is about
  base::Now verified{};                      // when `intact` was found
  std::string problem{};                     // why it cannot be read
};

// One thread at a time. Every call blocks as the file system does.
class ManifestWatch {
 public:
  // An unchanged file is hashed again after `rehash`, against corruption that changes no date; zero: never.
  ManifestWatch(std::string path, base::Duration rehash, const base::Clock& clock);

  // Reads the manifest if it has changed, and looks at each file without reading it. A manifest that cannot
  // be read, or makes no sense, leaves the last good one in place.
  void look();
  // Hashes new and changed files, then those that are due again, until the budget is spent. A file that is
  // too large for it is gone on with at the next call; until its hash is known, what was known of the older
  // content stays. One that changes while it is read comes again at its next turn.
  void verify(ReadBudget& budget);

  bool read() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }  // why the manifest is not read
  const std::vector<ManifestFile>& files() const { return files_; }

 private:
  struct Underway {
    std::size_t file;
    base::FileHash hash;
  };

  void load(const base::FileIdentity& identity);
  void look_at_file(ManifestFile& file);
  bool changed(const ManifestFile& file) const;
  bool due(const ManifestFile& file, base::MonoTime now) const;
  std::optional<std::size_t> next() const;
  void open(std::size_t index);
  void settle(ManifestFile& file, const base::FileIdentity& identity, bool intact);
  void give_up(ManifestFile& file, std::string problem);

  const std::string path_;
  const base::Duration rehash_;
  const base::Clock& clock_;
  std::optional<base::FileIdentity> manifest_;  // of what files_ come from
  std::string problem_;
  std::vector<ManifestFile> files_;
  std::optional<Underway> underway_;
  std::size_t turn_ = 0;  // where next() begins, so that no file keeps the others waiting for ever
};

}  // namespace exporter::collectors
