/** Logging that stays readable when a problem occurs ten thousand times, and contains neither secrets nor control characters. */
package io.sidetrack.common.log;
