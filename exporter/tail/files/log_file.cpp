#include "exporter/tail/files/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>

#include "base/os/process_limits.h"

namespace exporter::tail {
namespace {

constexpr std::size_t kCompared = 64 * 1024;
constexpr int kMaxLinks = 8;

std::optional<FileStatus> regular(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return FileStatus{.device = status.st_dev,
                    .inode = status.st_ino,
                    .size = static_cast<std::uint64_t>(status.st_size),
                    .links = status.st_nlink,
                    .modified = base::WallTime(std::chrono::seconds(status.st_mtim.tv_sec) +
                                               std::chrono::nanoseconds(status.st_mtim.tv_nsec))};
}

// Opens as the kernel would, except for symbolic links of other users. Each link is checked through its own
// descriptor before it is followed, so that it cannot be exchanged in between.
std::expected<base::Descriptor, int> open_where_it_leads(const std::string& path, int links) {
  // Not blocking, so that opening a FIFO cannot hang.
  base::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));
  if (fd.open()) return fd;
  if (errno != ELOOP || links == 0) return std::unexpected(errno);
  const base::Descriptor link(::open(path.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
  struct stat of_link{};
  std::array<char, PATH_MAX> target{};
  if (!link.open() || ::fstat(link.get(), &of_link) != 0) return std::unexpected(errno);
  const ssize_t size = ::readlinkat(link.get(), "", target.data(), target.size());
  if (size <= 0) return std::unexpected(size == 0 ? ENOENT : errno);
  std::string next(target.data(), static_cast<std::size_t>(size));
  if (next.front() != '/') next.insert(0, path.substr(0, path.rfind('/') + 1));
  auto file = open_where_it_leads(next, links - 1);
  struct stat of_file{};
  if (!file || ::fstat(file->get(), &of_file) != 0) return std::unexpected(file ? errno : file.error());
  const bool trusted =
      of_link.st_uid == 0 || of_link.st_uid == ::geteuid() || of_link.st_uid == of_file.st_uid;
  if (!trusted) return std::unexpected(EACCES);
  return file;
}

}  // namespace

// http://www.isthe.com/chongo/tech/comp/fnv/
std::uint64_t fnv1a(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = seed;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

std::string FileId::str() const {
  return fmt::format("{:x}:{:x}:{:x}:{:x}", device, inode, head.size, head.hash);
}

std::optional<FileId> FileId::parse(std::string_view text) {
  std::array<std::uint64_t, 4> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parts.at(i), 16);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (i + 1 == parts.size()) break;
    if (!text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
  }
  if (!text.empty() || parts[2] > Head::kMax) return std::nullopt;
  return FileId{parts[0], parts[1], {static_cast<std::size_t>(parts[2]), parts[3]}};
}

std::optional<FileStatus> status_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return regular(status);
}

std::expected<LogFile, int> LogFile::open(const std::string& path) {
  auto fd = open_where_it_leads(path, kMaxLinks);
  if (!fd) return std::unexpected(fd.error());
  // The kernel gives out the lowest number that is free: so many are in use at least.
  const std::size_t limit = base::open_files_limit();
  if (static_cast<std::size_t>(fd->get()) >= limit - std::min(kReservedDescriptors, limit / 4)) {
    return std::unexpected(EMFILE);
  }
  LogFile file(std::move(*fd));
  if (!file.status()) return std::unexpected(EINVAL);
  return file;
}

std::optional<FileStatus> LogFile::status() const {
  struct stat status{};
  if (::fstat(fd_.get(), &status) != 0) return std::nullopt;
  return regular(status);
}

std::optional<base::WallTime> LogFile::born() const {
  struct statx status{};
  if (::statx(fd_.get(), "", AT_EMPTY_PATH, STATX_BTIME, &status) != 0) return std::nullopt;
  if ((status.stx_mask & STATX_BTIME) == 0) return std::nullopt;
  return base::WallTime(std::chrono::seconds(status.stx_btime.tv_sec) +
                        std::chrono::nanoseconds(status.stx_btime.tv_nsec));
}

std::optional<Head> LogFile::head(std::size_t size) const {
  std::string buffer(std::min(size, Head::kMax), '\0');
  const auto bytes = read(buffer, 0);
  if (!bytes || bytes->size() < size) return std::nullopt;
  return Head{size, fnv1a(*bytes)};
}

Head LogFile::head() const {
  std::string buffer(Head::kMax, '\0');
  const auto bytes = read(buffer, 0);
  return bytes ? Head{bytes->size(), fnv1a(*bytes)} : Head{};
}

std::optional<Head> LogFile::grown(const Head& head) const {
  std::string buffer(Head::kMax, '\0');
  const auto bytes = read(buffer, 0);
  if (!bytes || bytes->size() < head.size || fnv1a(bytes->substr(0, head.size)) != head.hash)
    return std::nullopt;
  return Head{bytes->size(), fnv1a(*bytes)};
}

std::expected<std::string_view, int> LogFile::read(std::string& buffer, std::uint64_t offset) const {
  std::size_t used = 0;
  while (used < buffer.size()) {
    const ssize_t got =
        ::pread(fd_.get(), buffer.data() + used, buffer.size() - used, static_cast<off_t>(offset + used));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  return std::string_view(buffer).substr(0, used);
}

std::uint64_t LogFile::after_hole(std::uint64_t offset) const {
  const off_t data = ::lseek(fd_.get(), static_cast<off_t>(offset), SEEK_DATA);
  return data < 0 ? offset : static_cast<std::uint64_t>(data);
}

bool one_begins_the_other(const LogFile& one, const LogFile& other) {
  std::string first(kCompared, '\0');
  std::string second(kCompared, '\0');
  const auto a = one.read(first, 0);
  const auto b = other.read(second, 0);
  if (!a || !b) return false;
  const auto size = std::min(a->size(), b->size());
  return a->substr(0, size) == b->substr(0, size);
}

}  // namespace exporter::tail
