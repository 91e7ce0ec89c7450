#include "base/subsystems.h"
