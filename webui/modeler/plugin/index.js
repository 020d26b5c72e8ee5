'use strict';

module.exports = {
  name: 'Jiancha 监察',
  script: './client.js'
};
