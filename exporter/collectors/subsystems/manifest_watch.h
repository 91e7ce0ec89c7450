// One manifest and its files, checked repeatedly. Reads only what has changed, and at most as much at a time
// as the budget allows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto/file_hash.h"
#include "base/crypto/manifest.h"
#include "exporter/collectors/subsystems/file_facts.h"

namespace exporter::collectors {

// How much may be read in this run.
struct ReadBudget {
  std::size_t bytes = 0;
  base::Deadline until;
  bool spent() const { return bytes == 0 || until.passed(); }
};

// A file that the manifest names.
struct ManifestFile {
  base::ManifestEntry entry;
  std::string path;
  std::optional<FileFacts> facts{};          // of the last check; nullopt: missing
  std::optional<bool> intact{};              // nullopt: unknown, or the file cannot be read
  std::optional<base::FileIdentity> seen{};  // the content that `intact` refers to
  base::Now verified{};                      // when `intact` was determined
  std::string problem{};                     // why it cannot be read
};

// For one thread at a time. Every call may block on the file system.
class ManifestWatch {
 public:
  // An unchanged file is hashed again after `rehash`, to detect corruption that does not change its times.
  // Zero: never.
  ManifestWatch(std::string path, base::Duration rehash, const base::Clock& clock);

  // Reads the manifest if it has changed, and checks the metadata of each file. When the manifest cannot be
  // read or is malformed, the last good one stays in use.
  void look();
  // Hashes new and changed files, then those that are due again, until the budget is spent. The next call
  // continues with a file that is too large for the budget; until its hash is known, the result for its
  // previous content stays. A file that changes while it is read is read again at its next turn.
  void verify(ReadBudget& budget);

  bool read() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }  // why the manifest cannot be read
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
  std::optional<base::FileIdentity> manifest_;  // of the manifest that files_ come from
  std::string problem_;
  std::vector<ManifestFile> files_;
  std::optional<Underway> underway_;
  std::size_t turn_ = 0;  // where next() starts, so that no file delays the others indefinitely
};

}  // namespace exporter::collectors
