#include "exporter/tail/file_follower.h"

#include <algorithm>
#include <cerrno>

namespace exporter::tail {
namespace {

constexpr std::size_t kChunk = 256 * 1024;
// A rotated file's last line without a newline is taken as it is after this long without a byte.
constexpr auto kPartialPause = std::chrono::seconds(2);
// A rotated file is closed after this long without a byte; so is one that was moved away, for good.
constexpr auto kIdle = std::chrono::seconds(60);
// A deleted file keeps its space while it is open.
constexpr auto kDeletedIdle = std::chrono::seconds(10);
// How much older than the last look a file's last write may be for the look to have missed it.
constexpr auto kLookSlack = std::chrono::seconds(5);

// Where the last line begins that is not whole yet.
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
    if (!id) continue;  // a container's of the same name
    Generation& generation = generations_.emplace_back();
    generation.strand = strand;
    generation.id = *id;
    generation.lines.seek(state.position.offset);
    generation.grew = clock_.now().mono;
  }
}

void FileFollower::find() {
  trouble_ = Trouble::none;
  const auto began = clock_.now().wall;
  std::vector<FoundFile> strangers;
  rewritten_.clear();
  for (Generation& generation : generations_) generation.found = generation.live = false;
  bool any_live = false;
  for (FoundFile& found : search_.look()) {
    any_live = any_live || found.live;
    const auto known = std::ranges::find_if(generations_, [&](const Generation& each) {
      return each.id.device == found.status.device && each.id.inode == found.status.inode;
    });
    if (known != generations_.end() && is_still(*known, found)) {
      known->found = true;
      known->live = found.live;
      known->modified = found.status.modified;
    } else {
      if (known != generations_.end()) {
        known->file.reset();
        known->truncated = true;
        rewritten_.insert({found.status.device, found.status.inode});
      }
      strangers.push_back(std::move(found));
    }
  }
  // One that was moved out of the folder, or deleted, can go on being read while it is open.
  for (Generation& each : generations_) {
    if (each.found || !each.file) continue;
    const auto status = each.file->status();
    if (!status || status->size < each.lines.offset() || !each.file->begins_with(each.id.head))
      each.file.reset();
  }
  settle_orphans(strangers);
  std::ranges::sort(strangers, {}, [](const FoundFile& found) { return found.status.modified; });
  for (const FoundFile& stranger : strangers) meet(stranger);
  if (!any_live) trouble_ = Trouble::missing;
  pipeline_->set_trouble(trouble_);
  first_look_ = false;
  looked_ = began;
}

// Whether the file with the generation's inode is the one it was.
bool FileFollower::is_still(Generation& generation, const FoundFile& found) {
  if (found.status.size < generation.lines.offset()) return false;
  if (!generation.file) {
    auto file = LogFile::open(found.path);
    if (!file) {
      note(file.error());
      return true;  // nothing says otherwise
    }
    if (!file->begins_with(generation.id.head)) return false;
    if (found.status.size > generation.lines.offset() || found.live) generation.file = std::move(*file);
    return true;
  }
  return generation.file->begins_with(generation.id.head);
}

// A generation that has lost its file goes on in the copy that was made of it, or ends.
void FileFollower::settle_orphans(std::vector<FoundFile>& strangers) {
  std::vector<FoundFile> read_further;  // copies with less than was read of their originals: no news in them
  std::erase_if(generations_, [&](Generation& each) {
    if (each.found || each.file) return false;
    if (const auto copy = copy_of(each, strangers)) {
      if (copy->status.size >= each.lines.offset() && adopt(each, *copy)) return false;
      read_further.push_back(*copy);
    } else if (each.truncated) {
      // What was written between the last read and the truncation, if anything was, is nowhere to be found.
      pipeline_->note_gap();
    }
    end(each);
    return true;
  });
  for (const FoundFile& copy : read_further) {
    if (auto file = LogFile::open(copy.path)) begin(copy, std::move(*file), copy.status.size);
  }
}

// Takes it out of `strangers`.
std::optional<FoundFile> FileFollower::copy_of(const Generation& orphan,
                                               std::vector<FoundFile>& strangers) const {
  if (orphan.id.head.size == 0) return std::nullopt;
  auto best = strangers.end();
  for (auto each = strangers.begin(); each != strangers.end(); ++each) {
    const bool same_inode = each->status.inode == orphan.id.inode;
    if (same_inode && each->status.device == orphan.id.device) continue;  // it is what the orphan lost
    // A live one only where merely the device has another number, after a new mount or boot.
    if (each->live && !same_inode) continue;
    if (best != strangers.end() && each->status.size <= best->status.size) continue;
    const auto file = LogFile::open(each->path);
    if (file && file->begins_with(orphan.id.head)) best = each;
  }
  if (best == strangers.end()) return std::nullopt;
  FoundFile copy = std::move(*best);
  strangers.erase(best);
  return copy;
}

bool FileFollower::adopt(Generation& orphan, const FoundFile& copy) {
  auto file = LogFile::open(copy.path);
  if (!file) return false;
  orphan.id.device = copy.status.device;
  orphan.id.inode = copy.status.inode;
  orphan.file = std::move(*file);
  orphan.found = true;
  orphan.live = copy.live;
  orphan.truncated = false;
  orphan.modified = copy.status.modified;
  pipeline_->identify(orphan.strand, orphan.id.str());
  return true;
}

void FileFollower::meet(const FoundFile& stranger) {
  const Inode inode{stranger.status.device, stranger.status.inode};
  auto file = LogFile::open(stranger.path);
  if (!file) {
    if (stranger.live) note(file.error());
    if (first_look_) there_first_.insert(inode);
    return;
  }
  if (!stranger.live && (stranger.status.size == 0 || is_copy_of_a_live_one(stranger, *file))) return;
  const auto offset = first_offset(stranger, *file);
  there_first_.erase(inode);
  copies_.erase(inode);
  begin(stranger, std::move(*file), offset);
}

// copytruncate's copy, before the truncation: a beginning of a live file that is read from there.
bool FileFollower::is_copy_of_a_live_one(const FoundFile& stranger, const LogFile& file) {
  const bool copy = std::ranges::any_of(generations_, [&](const Generation& each) {
    if (!each.live || !each.file || each.id.head.size == 0) return false;
    const auto status = each.file->status();
    return status && stranger.status.size <= status->size && one_begins_the_other(file, *each.file);
  });
  if (copy) copies_.insert({stranger.status.device, stranger.status.inode});
  return copy;
}

std::uint64_t FileFollower::first_offset(const FoundFile& stranger, const LogFile& file) const {
  const Inode inode{stranger.status.device, stranger.status.inode};
  const auto news_from = looked_ - kLookSlack;
  if (!stranger.live) {
    // A generation that came and was rotated between two looks; not one that was unpacked or copied here.
    const bool missed = !(first_look_ && new_source_) && stranger.status.modified >= news_from;
    return missed && !copies_.contains(inode) ? 0 : stranger.status.size;
  }
  const bool was_there =
      there_first_.contains(inode) ||
      (first_look_ &&
       (new_source_ || (!rewritten_.contains(inode) && file.born().value_or(looked_) < news_from)));
  if (!was_there || options_.from_beginning) return 0;
  return last_line_of(file, stranger.status.size);
}

void FileFollower::begin(const FoundFile& found, LogFile file, std::uint64_t offset) {
  Generation generation;
  generation.id = {found.status.device, found.status.inode, file.head()};
  generation.strand = pipeline_->open(generation.id.str(), {0, offset});
  generation.lines.seek(offset);
  generation.found = true;
  generation.live = found.live;
  generation.modified = found.status.modified;
  generation.grew = clock_.now().mono;
  generation.file = std::move(file);
  generations_.push_back(std::move(generation));
}

void FileFollower::read(const std::stop_token& stop) {
  // Older generations first; once more after a look that a truncation asked for.
  for (int round = 0; round < 2 && !stop.stop_requested(); ++round) {
    std::ranges::stable_sort(generations_, {},
                             [](const Generation& each) { return std::pair(each.live, each.modified); });
    bool all_same = true;
    for (Generation& each : generations_) {
      if (each.file && !stop.stop_requested()) all_same = read(each, stop) && all_same;
    }
    if (all_same) break;
    find();
  }
  for (Generation& each : generations_) rest(each);
}

// Whether it is still the same file.
bool FileFollower::read(Generation& generation, const std::stop_token& stop) {
  const auto grown = generation.file->grown(generation.id.head);
  if (!grown) return false;
  if (*grown != generation.id.head) {
    generation.id.head = *grown;
    pipeline_->identify(generation.strand, generation.id.str());
  }
  while (!stop.stop_requested()) {
    const auto offset = generation.lines.offset();
    const auto bytes = generation.file->read(buffer_, offset);
    if (!bytes) {
      note(bytes.error());
      pipeline_->set_trouble(trouble_);
      return true;
    }
    const auto status = generation.file->status();
    // What was read is of this life only if the file still begins as it did after the reading.
    if (!status || status->size < offset || !generation.file->begins_with(generation.id.head)) return false;
    if (bytes->empty()) return true;
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
    if (bytes->size() < buffer_.size()) return true;
  }
  return true;
}

// What the passing of time does to a file that is written to no more.
void FileFollower::rest(Generation& generation) {
  if (generation.live || !generation.file) return;
  const auto now = clock_.now();
  const auto idle = now.mono - generation.grew;
  if (idle >= kPartialPause) pipeline_->take(generation.strand, generation.lines.finish(generation.modified));
  const auto status = generation.file->status();
  const bool deleted = status && status->links == 0;
  // Without a name and without its file it is an orphan at the next look, and ends there.
  if (idle >= (deleted ? kDeletedIdle : kIdle)) generation.file.reset();
}

void FileFollower::end(Generation& generation) {
  pipeline_->take(generation.strand, generation.lines.finish(generation.modified));
  pipeline_->close(generation.strand);
}

void FileFollower::note(int open_error) {
  if (open_error == ENOENT) return;  // it has just gone
  trouble_ = open_error == EACCES || open_error == EPERM ? Trouble::forbidden : Trouble::unreadable;
}

}  // namespace exporter::tail
