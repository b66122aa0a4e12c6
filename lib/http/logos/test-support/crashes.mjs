throw new Error('as a decoder might')
