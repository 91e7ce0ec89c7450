#include "healer/journal/tail_marker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "base/log.h"
#include "base/os/descriptor.h"
#include "base/os/file.h"
#include "base/text/hex.h"
#include "healer/journal/hash_chain.h"

namespace healer::journal {
namespace {

constexpr std::size_t kSeqDigits = 20;
constexpr std::size_t kHashBytes = 32;

// Always of the same length and with a checksum, so that a mix of two lines is detected.
std::string line_of(std::uint64_t seq, std::string_view hash) {
  return fmt::format("{:020} {} {}\n", seq, base::hex(hash), base::hex(chain(hash, seq, "head")));
}

}  // namespace

Head::~Head() {
  if (fd_ >= 0) close(fd_);
}

std::optional<Head::Place> Head::read() const {
  const auto text = base::read_file(path_, 4096);
  if (!text || text->size() < kSeqDigits + 1 + 2 * kHashBytes) return std::nullopt;
  Place place;
  std::from_chars(text->data(), text->data() + kSeqDigits, place.seq);
  const auto hash = hash_from_hex(std::string_view(*text).substr(kSeqDigits + 1, 2 * kHashBytes));
  if (!hash || *text != line_of(place.seq, *hash)) return std::nullopt;
  if (place.seq == 0 && *hash != first_link()) return std::nullopt;
  place.hash = *hash;
  return place;
}

void Head::write(std::uint64_t seq, std::string_view hash) {
  bool fresh = false;
  if (fd_ < 0) fd_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd_ < 0) {
    fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    fresh = true;
  }
  const std::string line = line_of(seq, hash);
  if (fd_ >= 0 && pwrite(fd_, line.data(), line.size(), 0) == static_cast<ssize_t>(line.size())) {
    if (fresh) sync_new();
    return;
  }
  base::log::debug("failed to write the journal's head", {{"file", path_}});
}

// A power failure must not leave a journal without its head.
void Head::sync_new() const {
  const std::size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  const base::Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (base::sync(fd_) && opened.open() && base::sync(opened.get())) return;
  base::log::warn("failed to sync the journal's head; it may be lost at a power failure", {{"file", path_}});
}

}  // namespace healer::journal
