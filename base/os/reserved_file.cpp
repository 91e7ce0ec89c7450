#include "base/os/reserved_file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/os/descriptor.h"
#include "base/os/file.h"

namespace base {
namespace {

// Two more than one replacement needs: the file at `path` may not be a spare at first, and a reader may have
// one of the others open.
constexpr int kSpares = 3;

std::string reason(int error) { return std::generic_category().message(error); }

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Descriptor open_own(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

// Whether another descriptor of the file is open, here or in another process. Unknown on file systems without
// leases; there a spare was last visible at least two replacements ago.
bool is_read(int fd) {
  // The lease is held for two system calls. A process that opens the spare meanwhile must not end this one by
  // SIGIO.
  if (::fcntl(fd, F_SETSIG, SIGURG) != 0) return false;
  if (::fcntl(fd, F_SETLEASE, F_WRLCK) == 0) {
    ::fcntl(fd, F_SETLEASE, F_UNLCK);
    return false;
  }
  return errno == EAGAIN;
}

bool write_from_start(int fd, std::string_view content) {
  off_t at = 0;
  while (!content.empty()) {
    const ssize_t wrote = ::pwrite(fd, content.data(), content.size(), at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(wrote));
    at += wrote;
  }
  return true;
}

Result<> sync_folder_of(const std::string& path) {
  const Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open()) return fail("{}", reason(errno));
  return sync(folder.get());
}

}  // namespace

ReservedFile::ReservedFile(std::string path, std::size_t bytes, mode_t mode)
    : path_(std::move(path)), bytes_(bytes), mode_(mode) {}

std::string ReservedFile::spare(int number) const {
  return folder_of(path_) + "/." + path_.substr(path_.rfind('/') + 1) + ".spare-" +
         std::to_string(number + 1);
}

// False for a file of another user, with a second hard link or of another size: such a file is not written
// to.
bool ReservedFile::is_spare(int fd) const {
  struct stat status{};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
         status.st_nlink == 1 && static_cast<std::size_t>(status.st_size) == bytes_;
}

int ReservedFile::spares() const {
  int there = 0;
  for (int number = 0; number < kSpares; ++number) {
    const Descriptor fd = open_own(spare(number));
    if (fd.open() && is_spare(fd.get())) ++there;
  }
  return there;
}

Result<> ReservedFile::prepare() {
  for (int number = 0; number < kSpares; ++number) {
    const std::string path = spare(number);
    {
      const Descriptor fd = open_own(path);
      if (fd.open() && is_spare(fd.get())) continue;
    }
    ::unlink(path.c_str());
    if (auto created = create(path); !created) {
      ::unlink(path.c_str());
      return wrap(created.error(), "reserve space for {}", path_);
    }
  }
  return {};
}

Result<> ReservedFile::create(const std::string& path) const {
  const Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.open()) return fail("{}", reason(errno));
  if (::fchmod(fd.get(), mode_) != 0) return fail("chmod: {}", reason(errno));
  // Written and synced: a file system that allocates late, or on the first write, has done so by then.
  std::string blanks(bytes_, ' ');
  blanks.back() = '\n';
  if (!write_from_start(fd.get(), blanks)) return fail("{}", reason(errno));
  return sync(fd.get());
}

Result<> ReservedFile::replace(std::string_view content) {
  if (content.size() > bytes_)
    return fail("write {}: {} bytes, but only {} are reserved", path_, content.size(), bytes_);
  Result<> done = fail("no usable spare file");
  for (int tried = 0; tried < kSpares; ++tried) {
    const int number = (next_ + tried) % kSpares;
    auto used = use(number, content);
    if (used) {
      next_ = (number + 1) % kSpares;
      return {};
    }
    done = std::move(used);
  }
  return wrap(done.error(), "write {} through a spare file", path_);
}

Result<> ReservedFile::use(int number, std::string_view content) {
  const std::string path = spare(number);
  const Descriptor fd = open_own(path);
  if (!fd.open()) return fail("{}", reason(errno));
  if (!is_spare(fd.get())) return fail("{} is not a spare file", path);
  if (is_read(fd.get())) return fail("a reader has {} open", path);
  const bool line = content.ends_with('\n');
  std::string padded(line ? content.substr(0, content.size() - 1) : content);
  padded.resize(bytes_, ' ');
  if (line) padded.back() = '\n';
  if (!write_from_start(fd.get(), padded)) return fail("{}", reason(errno));
  // Before it is visible: after a power cut it must not hold an older document.
  if (auto synced = sync(fd.get()); !synced) return synced;
  struct stat old{};
  if (::lstat(path_.c_str(), &old) == 0 && S_ISDIR(old.st_mode)) return fail("{}", reason(EISDIR));
  const Descriptor visible = open_own(path_);
  const bool keeps = visible.open() && is_spare(visible.get());
  if (!keeps || ::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) != 0) {
    if (::rename(path.c_str(), path_.c_str()) != 0) return fail("rename: {}", reason(errno));
  }
  // Readers already see the new content; only a power cut could undo the rename, to an older document that
  // expires.
  if (auto synced = sync_folder_of(path_); !synced) return synced;
  return {};
}

void ReservedFile::remove_spares() {
  for (int number = 0; number < kSpares; ++number) ::unlink(spare(number).c_str());
}

Result<> withdraw_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  const std::string removed = reason(errno);
  // Truncated, so that it is shorter than any valid document.
  const Descriptor fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status{};
  if (fd.open() && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode) &&
      ::ftruncate(fd.get(), 0) == 0) {
    return {};
  }
  // A folder cannot be read as a document.
  if (::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
  return fail("remove {}: {}", path, removed);
}

}  // namespace base
