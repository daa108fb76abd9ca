/** To be told. */
package io.sidetrack.writer;
