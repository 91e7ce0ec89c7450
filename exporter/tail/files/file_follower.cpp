#include "exporter/tail/files/file_follower.h"

#include <algorithm>
#include <cerrno>

namespace exporter::tail {
namespace {

constexpr std::size_t kChunk = 256 * 1024;
// The last line of a rotated file counts as complete without a newline after this time without new data.
constexpr auto kPartialPause = std::chrono::seconds(2);
// A rotated file is closed after this time without new data. A file that was moved away is then closed for
// good.
constexpr auto kIdle = std::chrono::seconds(60);
// Shorter, because a deleted file keeps its disk space while it is open.
constexpr auto kDeletedIdle = std::chrono::seconds(10);
// How often the files are listed at most in one find(), while rotation changes them.
constexpr int kLists = 5;
// How long the copy of a truncated file is searched: a listing may lack it while it is renamed.
constexpr auto kCopyGrace = std::chrono::seconds(1);
// Two writes so close to each other may leave the same modification time.
constexpr auto kTimestampTick = std::chrono::seconds(1);
// find() may have missed a file that was last written this long before the last find().
constexpr auto kLookSlack = std::chrono::seconds(5);

// The offset of the last, incomplete line.
std::uint64_t last_line_of(const LogFile& file, std::uint64_t size) {
  std::string buffer(std::min<std::uint64_t>(size, kMaxLine), '\0');
  const auto tail = file.read(buffer, size - buffer.size());
  if (!tail) return size;
  const auto newline = tail->rfind('\n');
  return newline == std::string_view::npos ? size : size - tail->size() + newline + 1;
}

}  // namespace

FileFollower::FileFollower(Options options, std::shared_ptr<Pipeline> pipeline, const base::Clock& clock)
    : options_(std::move(options)),
      pipeline_(std::move(pipeline)),
      clock_(clock),
      search_(options_.patterns),
      new_source_(!pipeline_->resumed_from() && pipeline_->strands().empty()),
      looked_(pipeline_->resumed_from().value_or(clock.now().wall)),
      buffer_(kChunk, '\0') {
  for (const auto& [strand, state] : pipeline_->strands()) {
    const auto id = FileId::parse(state.identity);
    if (!id) continue;  // belongs to a container of the same name
    Generation& generation = generations_.emplace_back();
    generation.strand = strand;
    generation.id = *id;
    generation.lines.seek(state.position.offset);
    generation.grew = clock_.now().mono;
  }
}

void FileFollower::find() {
  const auto began = clock_.now().wall;
  std::vector<UnmatchedFile> strangers;
  // A rotation may be under way. A lost file is handled only with a listing made after the loss was noticed:
  // it contains the copy, which is made before a truncation, and the new name.
  bool settled = false;
  for (int list = 0; list < kLists && !settled; ++list) settled = match(strangers);
  pipeline_->set_trouble(trouble_);
  if (!settled && !first_look_) return;
  settle_orphans(strangers);
  // Live files first: a rotated one may be the copy of a live one that was unknown too.
  std::ranges::sort(strangers, {}, [](const UnmatchedFile& each) {
    return std::pair(!each.found.live, each.found.status.modified);
  });
  std::set<Inode> there;
  for (const UnmatchedFile& each : strangers)
    there.insert({each.found.status.device, each.found.status.inode});
  // The inode of a copy that is gone may be reused.
  std::erase_if(copies_, [&](const Inode& inode) { return !there.contains(inode); });
  for (UnmatchedFile& stranger : strangers) meet(std::move(stranger));
  pipeline_->set_trouble(trouble_);
  first_look_ = false;
  looked_ = began;
}

// Lists the files and separates known ones from unknown ones. Returns whether no further loss was noticed.
bool FileFollower::match(std::vector<UnmatchedFile>& strangers) {
  trouble_ = Trouble::missing;
  bool settled = true;
  strangers.clear();
  rewritten_.clear();
  std::multimap<Inode, Generation*> by_inode;
  for (Generation& each : generations_) {
    each.found = each.live = false;
    by_inode.emplace(Inode{each.id.device, each.id.inode}, &each);
  }
  for (FoundFile& found : search_.look()) {
    if (found.live && trouble_ == Trouble::missing) trouble_ = Trouble::none;
    const auto [first, last] = by_inode.equal_range({found.status.device, found.status.inode});
    const auto entry = std::find_if(first, last, [](const auto& each) { return !each.second->truncated; });
    if (entry == last) {
      if (first != last) rewritten_.insert(first->first);
      settled = add(std::move(found), strangers) && settled;
      continue;
    }
    Generation* const known = entry->second;
    known->path = found.path;
    const bool unchanged = known->settled == Generation::Settled{found.status.size, found.status.modified} &&
                           (known->file || !found.live);
    const auto match = unchanged ? Match::same : compare(*known, found);
    if (!unchanged) known->due = true;
    settled = settled && match == Match::same;
    if (match == Match::other) {
      known->truncated = true;
      known->lost = clock_.now().mono;
      known->file.reset();
      rewritten_.insert({found.status.device, found.status.inode});
      add(std::move(found), strangers);
      continue;
    }
    known->found = true;
    known->missed = false;
    known->live = found.live;
    known->modified = found.status.modified;
  }
  for (Generation& each : generations_) {
    if (each.found || each.truncated) continue;
    // A file that was deleted or moved out of the folder is read while it is open.
    if (each.file && intact(each)) continue;
    settled = settled && each.missed;
    each.missed = true;
    each.file.reset();
  }
  return settled;
}

// Whether the file with the generation's inode is still the same file.
FileFollower::Match FileFollower::compare(Generation& generation, const FoundFile& found) {
  if (found.status.size < generation.lines.offset()) return Match::other;
  if (generation.file) return intact(generation) ? Match::same : Match::other;
  auto file = LogFile::open(found.path);
  if (!file) {
    note(file.error());
    return Match::same;  // no evidence of a change
  }
  const auto status = file->status();
  if (!status || status->inode != found.status.inode || status->device != found.status.device)
    return Match::moved;
  if (!file->begins_with(generation.id.head)) return Match::other;
  if (found.status.size > generation.lines.offset() || found.live) {
    generation.file = std::move(*file);
  } else {
    settle(generation, *status);
  }
  return Match::same;
}

// `status`: of the file after it was verified, and read as far as its lines go.
void FileFollower::settle(Generation& generation, const FileStatus& status) const {
  generation.settled.reset();
  if (status.size != generation.lines.offset()) return;
  if (clock_.now().wall - status.modified < kTimestampTick) return;
  generation.settled = Generation::Settled{status.size, status.modified};
}

bool FileFollower::intact(const Generation& generation) {
  const auto status = generation.file->status();
  return status && status->size >= generation.lines.offset() &&
         generation.file->begins_with(generation.id.head);
}

// Whether it still begins with the known bytes. Extends the hash to the bytes that exist now.
bool FileFollower::learn_head(Generation& generation) {
  const auto grown = generation.file->grown(generation.id.head);
  if (!grown || *grown == generation.id.head) return grown.has_value();
  generation.id.head = *grown;
  pipeline_->identify(generation.strand, generation.id.str());
  return true;
}

// Returns false when the name refers to another file by now.
bool FileFollower::add(FoundFile found, std::vector<UnmatchedFile>& strangers) {
  auto file = LogFile::open(found.path);
  if (!file) {
    if (found.live) note(file.error());
    if (first_look_) there_first_.insert({found.status.device, found.status.inode});
    return file.error() != ENOENT;
  }
  const auto status = file->status();
  if (!status || status->inode != found.status.inode || status->device != found.status.device) return false;
  found.status = *status;
  strangers.push_back({std::move(found), std::move(*file)});
  return true;
}

// A generation that has lost its file continues in a copy of that file, or ends.
void FileFollower::settle_orphans(std::vector<UnmatchedFile>& strangers) {
  std::vector<UnmatchedFile>
      read_further;  // copies that are shorter than what was read of the originals: nothing new in them
  std::erase_if(generations_, [&](Generation& each) {
    if (each.found || each.file) return false;
    auto copy = copy_of(each, strangers);
    if (copy && copy->found.status.size >= each.lines.offset()) {
      adopt(each, std::move(*copy));
      return false;
    }
    if (!copy && each.truncated && clock_.now().mono - each.lost < kCopyGrace) return false;
    if (copy) {
      read_further.push_back(std::move(*copy));
    } else if (each.truncated && each.id.head.size > 0) {
      // Lines written between the last read and the truncation, if any, are lost.
      pipeline_->note_gap();
    }
    end(each);
    return true;
  });
  for (UnmatchedFile& copy : read_further) {
    const auto size = copy.found.status.size;
    begin(std::move(copy), size);
  }
}

// Removes the copy from `strangers`.
std::optional<FileFollower::UnmatchedFile> FileFollower::copy_of(const Generation& orphan,
                                                                 std::vector<UnmatchedFile>& strangers) {
  if (orphan.id.head.size == 0) return std::nullopt;
  auto best = strangers.end();
  for (auto each = strangers.begin(); each != strangers.end(); ++each) {
    const FileStatus& status = each->found.status;
    const bool same_inode = status.inode == orphan.id.inode;
    if (same_inode && status.device == orphan.id.device) continue;  // the file that the orphan lost
    // A live file counts only when just the device number changed, after a mount or boot.
    if (each->found.live && !same_inode) continue;
    if (best != strangers.end() && status.size <= best->found.status.size) continue;
    if (each->file.begins_with(orphan.id.head)) best = each;
  }
  if (best == strangers.end()) return std::nullopt;
  std::optional<UnmatchedFile> copy(std::move(*best));
  strangers.erase(best);
  return copy;
}

void FileFollower::adopt(Generation& orphan, UnmatchedFile copy) {
  orphan.id.device = copy.found.status.device;
  orphan.id.inode = copy.found.status.inode;
  orphan.file = std::move(copy.file);
  orphan.found = true;
  orphan.live = copy.found.live;
  orphan.truncated = orphan.missed = false;
  orphan.modified = copy.found.status.modified;
  orphan.path = copy.found.path;
  orphan.due = true;
  orphan.settled.reset();
  pipeline_->identify(orphan.strand, orphan.id.str());
}

void FileFollower::meet(UnmatchedFile stranger) {
  const Inode inode{stranger.found.status.device, stranger.found.status.inode};
  if (!stranger.found.live) {
    if (stranger.found.status.size == 0 || is_copy_of_a_live_one(stranger)) return;
    // If a live file was truncated meanwhile, this could be its copy. The next find() decides.
    const bool sure = std::ranges::all_of(
        generations_, [](const Generation& each) { return !each.live || !each.file || intact(each); });
    if (!sure && !first_look_) return;
  }
  const auto offset = first_offset(stranger);
  there_first_.erase(inode);
  copies_.erase(inode);
  begin(std::move(stranger), offset);
}

// A copy of copytruncate before the truncation: it equals the beginning of a live file, which is read anyway.
bool FileFollower::is_copy_of_a_live_one(const UnmatchedFile& stranger) {
  const bool copy = std::ranges::any_of(generations_, [&](Generation& each) {
    // After the truncation, the head shows that the copy contains what was not read yet.
    if (!each.live || !each.file || !learn_head(each)) return false;
    const auto status = each.file->status();
    // A renamed generation was last written before the live file was created.
    const auto born = each.file->born();
    if (born && stranger.found.status.modified <= *born) return false;
    return status && stranger.found.status.size <= status->size &&
           one_begins_the_other(stranger.file, *each.file);
  });
  if (copy) copies_.insert({stranger.found.status.device, stranger.found.status.inode});
  return copy;
}

std::uint64_t FileFollower::first_offset(const UnmatchedFile& stranger) const {
  const auto& [found, file] = stranger;
  const Inode inode{found.status.device, found.status.inode};
  const auto news_from = looked_ - kLookSlack;
  if (!found.live) {
    // A generation that was created and rotated between two calls of find(), not one that was unpacked or
    // copied here.
    const bool missed = !(first_look_ && new_source_) && found.status.modified >= news_from;
    return missed && !copies_.contains(inode) ? 0 : found.status.size;
  }
  const bool was_there =
      there_first_.contains(inode) ||
      (first_look_ &&
       (new_source_ || (!rewritten_.contains(inode) && file.born().value_or(looked_) < news_from)));
  if (!was_there || options_.from_beginning) return 0;
  return last_line_of(file, found.status.size);
}

void FileFollower::begin(UnmatchedFile stranger, std::uint64_t offset) {
  auto& [found, file] = stranger;
  Generation generation;
  generation.id = {found.status.device, found.status.inode, file.head()};
  generation.strand = pipeline_->open(generation.id.str(), {0, offset});
  generation.lines.seek(offset);
  generation.found = true;
  generation.live = found.live;
  generation.modified = found.status.modified;
  generation.path = std::move(found.path);
  generation.grew = clock_.now().mono;
  generation.file = std::move(file);
  generations_.push_back(std::move(generation));
}

bool FileFollower::touch(const std::string& path) {
  bool known = false;
  for (Generation& each : generations_) {
    if (each.path != path) continue;
    each.due = true;
    known = true;
  }
  return known;
}

void FileFollower::read(const std::stop_token& stop) {
  // Older generations first; a second round after a find() because of a truncation.
  for (int round = 0; round < 2 && !stop.stop_requested(); ++round) {
    std::vector<Generation*> due;
    for (Generation& each : generations_) {
      // A file without a name is found by no look.
      if (each.file && (each.due || !each.found)) due.push_back(&each);
    }
    std::ranges::stable_sort(due, {},
                             [](const Generation* each) { return std::pair(each->live, each->modified); });
    bool all_same = true;
    for (Generation* each : due) {
      if (!stop.stop_requested()) all_same = read(*each, stop) && all_same;
    }
    if (all_same) break;
    find();
  }
  for (Generation& each : generations_) rest(each);
}

// Returns whether it is still the same file.
bool FileFollower::read(Generation& generation, const std::stop_token& stop) {
  generation.settled.reset();
  if (!learn_head(generation)) return false;
  while (!stop.stop_requested()) {
    const auto offset = generation.lines.offset();
    const auto bytes = generation.file->read(buffer_, offset);
    if (!bytes) {
      note(bytes.error());
      pipeline_->set_trouble(trouble_);
      return true;
    }
    const auto status = generation.file->status();
    // The bytes belong to this file only if it still begins with the same bytes after the read.
    if (!status || status->size < offset || !generation.file->begins_with(generation.id.head)) return false;
    if (bytes->empty()) {
      generation.due = false;
      settle(generation, *status);
      return true;
    }
    const auto now = clock_.now();
    generation.grew = now.mono;
    generation.modified = status->modified;
    const auto data = bytes->find_first_not_of('\0') == std::string_view::npos && !generation.lines.partial()
                          ? generation.file->after_hole(offset)
                          : offset;
    if (data >= offset + bytes->size()) {
      generation.lines.seek(data);
      continue;
    }
    pipeline_->take(generation.strand, generation.lines.feed(*bytes, std::min(now.wall, status->modified)));
    if (bytes->size() < buffer_.size()) {
      generation.due = status->size != generation.lines.offset();
      settle(generation, *status);
      return true;
    }
  }
  return true;
}

// Completes and closes a file that is no longer written to.
void FileFollower::rest(Generation& generation) {
  if (generation.live || !generation.file) return;
  const auto now = clock_.now();
  const auto idle = now.mono - generation.grew;
  if (idle >= kPartialPause) pipeline_->take(generation.strand, generation.lines.finish(generation.modified));
  const auto status = generation.file->status();
  const bool deleted = status && status->links == 0;
  // Without a name and an open file it is an orphan in the next find(), and ends there.
  if (idle >= (deleted ? kDeletedIdle : kIdle)) generation.file.reset();
}

void FileFollower::end(Generation& generation) {
  pipeline_->take(generation.strand, generation.lines.finish(generation.modified));
  pipeline_->close(generation.strand);
}

void FileFollower::note(int open_error) {
  if (open_error == ENOENT) return;  // it was just removed
  if (open_error == EMFILE || open_error == ENFILE) {
    trouble_ = Trouble::descriptors;
  } else {
    trouble_ = open_error == EACCES || open_error == EPERM ? Trouble::forbidden : Trouble::unreadable;
  }
}

}  // namespace exporter::tail
