'use strict'

// The bytes of a command's record: data is text, dataBase64 is any bytes.
exports.data = ({ data, dataBase64 }) =>
  dataBase64 === undefined ? Buffer.from(data, 'utf8') : Buffer.from(dataBase64, 'base64')
