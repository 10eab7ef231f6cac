#pragma once
// What Glibc's module does not show to Swift.
#include "CPlatformTerminal.h"
