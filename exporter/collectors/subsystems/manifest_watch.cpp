#include "exporter/collectors/subsystems/manifest_watch.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace exporter::collectors {
namespace {

// Bytes between two checks of the deadline.
constexpr std::size_t kPiece = 1024 * 1024;

}  // namespace

ManifestWatch::ManifestWatch(std::string path, base::Duration rehash, const base::Clock& clock)
    : path_(std::move(path)), rehash_(rehash), clock_(clock) {}

void ManifestWatch::look() {
  const auto facts = look_at(path_);
  if (!facts) {
    problem_ = "manifest " + path_ + ": no such file";
    manifest_.reset();
  } else if (facts->identity != manifest_) {
    load(facts->identity);
  }
  for (ManifestFile& file : files_) look_at_file(file);
}

void ManifestWatch::load(const base::FileIdentity& identity) {
  auto manifest = base::read_manifest(path_);
  if (!manifest) {
    problem_ = std::move(manifest.error().message);
    manifest_.reset();
    return;
  }
  problem_.clear();
  manifest_ = identity;
  // A file whose manifest entry is unchanged keeps its result.
  std::map<std::string, ManifestFile> known;
  for (ManifestFile& file : files_) known.emplace(file.entry.name, std::move(file));
  files_.clear();
  for (base::ManifestEntry& entry : manifest->files) {
    const auto old = known.find(entry.name);
    if (old != known.end() && old->second.entry == entry) {
      files_.push_back(std::move(old->second));
    } else {
      std::string path = base::manifest_folder(path_) + "/" + entry.name;
      files_.push_back({.entry = std::move(entry), .path = std::move(path)});
    }
  }
  underway_.reset();
  turn_ = 0;
}

void ManifestWatch::look_at_file(ManifestFile& file) {
  file.facts = look_at(file.path);
  if (!file.facts) {
    file.intact.reset();
    file.seen.reset();
    return;
  }
  // A different size means different content; the file need not be read.
  if (changed(file) && file.entry.size && file.facts->identity.size != *file.entry.size) {
    settle(file, file.facts->identity, false);
  }
}

bool ManifestWatch::changed(const ManifestFile& file) const {
  return file.facts && file.facts->identity != file.seen;
}

bool ManifestWatch::due(const ManifestFile& file, base::MonoTime now) const {
  return file.facts && rehash_ > base::Duration::zero() && now - file.verified.mono >= rehash_;
}

std::optional<std::size_t> ManifestWatch::next() const {
  const auto now = clock_.now().mono;
  std::optional<std::size_t> again;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const std::size_t index = (turn_ + i) % files_.size();
    if (changed(files_[index])) return index;
    if (!again && due(files_[index], now)) again = index;
  }
  return again;
}

void ManifestWatch::verify(ReadBudget& budget) {
  // Each file is opened at most once per call, so that an unreadable one causes no endless loop.
  for (std::size_t tries = files_.size(); !budget.spent() && (underway_ || tries > 0);) {
    if (!underway_) {
      --tries;
      const auto index = next();
      if (!index) return;
      open(*index);
      continue;
    }
    ManifestFile& file = files_[underway_->file];
    // One byte more than the file has, to detect its end.
    const std::size_t piece = std::min({budget.bytes, kPiece, underway_->hash.identity().size + 1});
    const auto done = underway_->hash.step(piece);
    budget.bytes -= piece;
    if (done && !*done) continue;
    if (done) {
      settle(file, underway_->hash.identity(), underway_->hash.finish() == file.entry.sha256);
    } else if (const auto now = look_at(file.path); now && now->identity == underway_->hash.identity()) {
      give_up(file, done.error().message);
    }
    underway_.reset();
  }
}

void ManifestWatch::open(std::size_t index) {
  turn_ = index + 1;
  ManifestFile& file = files_[index];
  auto hash = base::FileHash::open(file.path);
  if (hash) {
    underway_.emplace(Underway{index, std::move(*hash)});
  } else {
    give_up(file, hash.error().message);
  }
}

void ManifestWatch::settle(ManifestFile& file, const base::FileIdentity& identity, bool intact) {
  if (!file.problem.empty()) base::log::info("file of a manifest can be read again", {{"path", file.path}});
  if (!intact && file.intact != false) {
    base::log::warn("file does not match its manifest", {{"path", file.path}, {"manifest", path_}});
  }
  file.problem.clear();
  file.intact = intact;
  file.seen = identity;
  file.verified = clock_.now();
}

void ManifestWatch::give_up(ManifestFile& file, std::string problem) {
  if (file.problem.empty()) {
    base::log::warn("failed to read a file of a manifest", {{"manifest", path_}, {"error", problem}});
  }
  file.problem = std::move(problem);
  file.intact.reset();
  file.seen.reset();
}

}  // namespace exporter::collectors
